import { loadScript } from './load-script.ts';

const { script, code } = loadScript('thread');
script.serve(code);
