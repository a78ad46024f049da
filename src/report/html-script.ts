/** What the page does besides being read: copy buttons, folding all at once, unfolding for print. No text of a report is ever put in here. */
export const SCRIPT = `
'use strict';
const said = document.getElementById('said');
function say(text) { said.textContent = text; }
function copyOldWay(code) {
  const range = document.createRange();
  range.selectNodeContents(code);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  return document.execCommand('copy');
}
async function copy(code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    return true;
  } catch {
    return copyOldWay(code);
  }
}
for (const button of document.querySelectorAll('button.copy')) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    const done = await copy(button.parentElement.querySelector('code'));
    button.textContent = done ? 'Copied' : 'Press Ctrl+C';
    say(done ? 'Copied to the clipboard' : 'Selected: press Control C to copy');
    setTimeout(() => { button.textContent = 'Copy'; }, 2000);
  });
}
const findings = document.querySelectorAll('details.finding');
for (const button of document.querySelectorAll('button.fold')) {
  button.hidden = findings.length < 2;
  button.addEventListener('click', () => {
    for (const finding of findings) finding.open = button.dataset.open === 'true';
  });
}
function openTarget() {
  const target = document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) target.open = true;
}
addEventListener('hashchange', openTarget);
openTarget();
let folded = [];
addEventListener('beforeprint', () => {
  folded = [...document.querySelectorAll('details:not([open])')];
  for (const details of folded) details.open = true;
});
addEventListener('afterprint', () => {
  for (const details of folded) details.open = false;
});
`;
