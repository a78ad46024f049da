import { each, ofEachLine, type Paste, PLAIN, whole } from './paste.ts';

/** What stands around each line. */
const MARKS: Readonly<Record<string, (line: string, i: number) => string>> = {
  quoted: (line) => `> ${line}`,
  'quoted twice': (line) => `>> ${line}`,
  'quoted three times': (line) => `> > > ${line}`,
  'quoted without a blank': (line) => `>${line}`,
  'with line numbers': (line, i) => `  ${i + 1}\t${line}`,
  'with line numbers and a colon': (line, i) => `${i + 1}: ${line}`,
  'with line numbers of grep': (line, i) => `access.log:${i + 17}:${line}`,
  'with line numbers and a bar': (line, i) => `${i + 9} | ${line}`,
  'as a list': (line) => `- ${line}`,
  'as a list with stars': (line) => `* ${line}`,
  'as a numbered list': (line, i) => `${i + 1}. ${line}`,
  'as inline code': (line) => `\`${line}\``,
  'as a list of inline code': (line) => `* \`${line}\``,
  'in a fence of one line each': (line) => `\`\`\`${line}\`\`\``,
  'in {{…}}': (line) => `{{${line}}}`,
  'in bold': (line) => `**${line}**`,
  'with <br> at the end of each line': (line) => `${line} <br/>`,
  'in cells of HTML': (line) => `<tr><td>${line}</td></tr>`,
  'in quotes': (line) => `"${line.replaceAll('"', '\\"')}"`,
  'in apostrophes': (line) => `'${line}'`,
  'as a list of texts': (line) => `  ${JSON.stringify(line)},`,
  'as YAML': (line) => `  - '${line}'`,
  'with the time of a terminal': (line, i) => `[03:33:1${i}] ${line}`,
  'with the time of a chat': (line, i) => `03:3${i} PM ${line}`,
};

/** With marks of the page, the mail or the chat around the lines. */
export const MARKED: readonly Paste[] = [
  ...ofEachLine(MARKS),
  whole('in a fence', `\`\`\`text\n${PLAIN}\n\`\`\``),
  whole('in a fence that is quoted', `> \`\`\`\n${each((line) => `> ${line}`)}\n> \`\`\``),
  whole('in a fence of tildes', `~~~ log\n${PLAIN}\n~~~`),
  whole('as a table', `| line |\n| --- |\n${each((line) => `| ${line} |`)}`),
  whole(
    'as a table of inline code',
    `| n | line |\n|---|---|\n${each((line, i) => `| ${i} | \`${line.replaceAll('|', '\\|')}\` |`)}`,
  ),
  whole('in {noformat}', `{noformat}\n${PLAIN}\n{noformat}`),
  whole('in {noformat} on the same lines', `{noformat}${PLAIN}\n{noformat}`),
  whole('in {code}', `{code:title=access.log}\n${PLAIN}\n{code}`),
  whole('in {code} on the same lines', `{code:none}${PLAIN}\n{code}`),
  whole('in <pre>', `<pre>${PLAIN}\n</pre>`),
  whole(
    'in <pre><code>, with entities',
    `<pre><code>${PLAIN.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}</code></pre>`,
  ),
  whole(
    'behind a prompt',
    `user@host:~$ kubectl logs deploy/orders -c istio-proxy | tail -3\n${PLAIN}\nuser@host:~$ `,
  ),
  whole('behind a bare prompt', `$ kubectl logs orders-5f7f9 -c istio-proxy\n${PLAIN}`),
  whole('behind the name of a writer', `Jo Doe  11:02\n${PLAIN}`),
];
