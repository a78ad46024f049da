// What terminals, journals and CI systems show.
import { byLine, each, iso, json, POD, START, spaced, stamp, text } from '../wrapping.mjs';

/** @type {Record<string, import('../wrapping.mjs').LineWrapping>} */
const LINES = {
  heroku: (line, i) => `${stamp(i, '+00:00')} app[web.1]: ${line}`,
  'cloud-foundry': (line, i) => `   ${iso(i).slice(0, 22)}+0000 [APP/PROC/WEB/SIDECAR/ENVOY/0] OUT ${line}`,
  'github-actions': (line, i) => `${iso(i).slice(0, -1)}2092Z ${line}`,
  'jenkins-timestamper': (line, i) => `[${iso(i)}] ${line}`,
  'jenkins-clock': (line, i) => `${iso(i).slice(11, 19)}  ${line}`,
  'gitlab-runner': (line, i) => `${stamp(i).slice(0, 26)}Z 01O ${line}`,
  'grep-file': (line) => `access.log:${line}`,
  'grep-number': (line, i) => `${i + 1}:${line}`,
  'grep-file-number': (line, i) => `logs/pod-a/istio-proxy.log:${i + 1}:${line}`,
  'zgrep-file': (line) => `./var/log/access.log.1.gz:${line}`,
  'diff-added': (line) => `+${line}`,
  'diff-old': (line) => `< ${line}`,
  'docker-service-logs': (line) => `web_envoy.1.x7k2j9q0v1m3@node-1    | ${line}`,
  'docker-details': (line) => `com.docker.stack.namespace=web,env=prod ${line}`,
  'journald-short-precise': (line) => `Nov 21 03:33:07.287209 node-1 envoy[7]: ${line}`,
  'journald-short-full': (line) => `Sat 2026-11-21 03:33:07 UTC node-1 envoy[7]: ${line}`,
  'journald-short-unix': (line, i) => `${((START + i) / 1000).toFixed(6)} node-1 envoy[7]: ${line}`,
  'journald-short-monotonic': (line, i) => `[ 1234.${String(100000 + i).slice(-6)}] node-1 envoy[7]: ${line}`,
  'journald-with-unit': (line) => `Sat 2026-11-21 03:33:07 UTC node-1 envoy.service[7]: ${line}`,
  'syslog-octet-counted': (line, i) => {
    const m = `<134>1 ${iso(i)} node-1 istio-proxy 7 - - ${line}`;
    return `${Buffer.byteLength(m)} ${m}`;
  },
  'syslog-year': (line) => `Nov 21 2026 03:33:07 node-1 istio-proxy[7]: ${line}`,
  'stern-template': (line) => `${POD} | istio-proxy | ${line}`,
  k9s: (line) => `${POD}:istio-proxy ${line}`,
  'kubectl-tail-job': (line) => `[${POD}] ${line}`,
  'python-log': (line, i) => `${spaced(i).replace('.', ',')} INFO collector: ${line}`,
  'log4j-like': (line, i) => `[INFO ] ${spaced(i)} [main] LogTailer - ${line}`,
  'envoy-in-shell-trace': (line) => `+ echo ${line}`,
  'windows-crlf-timestamps': (line, i) => `[pod/${POD}/istio-proxy] ${stamp(i)} ${line}\r`,
};

/** @type {Record<string, import('../wrapping.mjs').Wrapping>} */
const DOCUMENTS = {
  'grep-colour': each((line) => line.replace(/ (\d{3}) /, ' \u001b[01;31m\u001b[K$1\u001b[m\u001b[K ')),
  'rg-headings': (lines) => `pods/a.log\n${lines.map((line, i) => `${i + 1}:${line}\n`).join('')}`,
  'tail-headers': (lines) =>
    `==> /var/log/a/access.log <==\n${text(lines.slice(0, lines.length / 2))}\n==> /var/log/b/access.log <==\n${text(lines.slice(lines.length / 2))}`,
  'journal-export': (lines) =>
    lines
      .map(
        (line, i) =>
          `__CURSOR=s=0123;i=${i}\n__REALTIME_TIMESTAMP=${START + i}000\n__MONOTONIC_TIMESTAMP=${1000 + i}\n_BOOT_ID=0123\nPRIORITY=6\n_HOSTNAME=node-1\nSYSLOG_IDENTIFIER=envoy\n_PID=7\n_CMDLINE=/usr/local/bin/envoy -c /etc/envoy.yaml --log-level warning\nMESSAGE=${line}\n\n`,
      )
      .join(''),
  'journal-verbose': (lines) =>
    lines
      .map(
        (line, i) =>
          `Sat 2026-11-21 03:33:07.287209 UTC [s=0123;i=${i};b=4567]\n    PRIORITY=6\n    _HOSTNAME=node-1\n    SYSLOG_IDENTIFIER=envoy\n    _PID=7\n    MESSAGE=${line}\n`,
      )
      .join(''),
  asciinema: (lines) =>
    `{"version": 2, "width": 80, "height": 24}\n${lines.map((line, i) => `${json([i / 10, 'o', `${line}\r\n`])}\n`).join('')}`,
  typescript: (lines) =>
    `Script started on Sat Nov 21 03:33:07 2026\r\n$ kubectl logs deploy/reviews -c istio-proxy\r\n${lines.map((line) => `${line}\r\n`).join('')}$ exit\r\n\r\nScript done on Sat Nov 21 03:34:07 2026\r\n`,
  'ruby-debug': (lines) =>
    lines
      .map(
        (line, i) =>
          `{\n    "@timestamp" => ${iso(i)},\n          "host" => "node-1",\n       "message" => ${json(line)},\n      "@version" => "1"\n}\n`,
      )
      .join(''),
  'line-ends-shown': each((line) => `${line}$`),
};

export const CONSOLES = { ...byLine(LINES), ...DOCUMENTS };
