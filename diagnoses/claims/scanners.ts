import type { GroupFacts } from '../../src/model/group-facts.ts';
import type { ShapeView } from '../../src/model/shape-view.ts';

/** Paths that nobody but a scanner asks of a host without a route for them: leaked files, WordPress, routers, consoles. */
const PROBE =
  /\/\.(?:env|git|svn|hg|aws|ssh|vscode|DS_Store|htpasswd)\b|^\/+(?:wp-|wordpress\b|xmlrpc\.php|cgi-bin\b|boaform\b|HNAP1|GponForm|phpmyadmin|pma\b|myadmin|adminer|phpunit|vendor\/phpunit|solr\/admin|manager\/html|owa(?:\/|$)|ecp\/|hudson\b|server-status\b|geoserver\/web|login\.action|ReportServer\b|nmaplowercheck|druid\/index|sftp-config\.json|admin\/config\.php|console\/login\/|actuator\/(?:env|gateway|heapdump)|autodiscover\/|remote\/fgt_lang|dana-na\/|evox\/|_ignition\/|telescope\/requests|jmx-console)|\/(?:phpinfo|eval-stdin|wlwmanifest|setup|shell)\.(?:php|xml|cgi)$|\.(?:bak|sql)$/i;
/** People ask for a front page and its files; who asks for so many of these is no visitor. */
const SCANNED_SHARE = 1 / 3;

/** The path is one that vulnerability scanners try. */
export function isProbed(s: Pick<ShapeView, 'path'>): boolean {
  return PROBE.test(s.path ?? '');
}

/**
 * An address of which nothing is served, and of which scanners ask: what else is asked of it is theirs as well. A host name
 * has users beside the scanners, and where its route is missing nothing of it is served to them either.
 */
export function scannersAskForIt(g: GroupFacts, s: Pick<ShapeView, 'authorityKind'>): boolean | null {
  if (g.healthyForAuthority === null || s.authorityKind === 'name') return null;
  return g.healthyForAuthority === 0 && g.requestsAlike(isProbed) >= SCANNED_SHARE * g.requests;
}
