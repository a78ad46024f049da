import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describeSystemError } from '../model/system-error.ts';
import { UserError } from '../model/user-error.ts';

/** A file of the mesh configuration. */
interface MeshFile {
  readonly path: string;
  readonly text: string;
}

const ENDING = /\.(?:ya?ml|json)$/i;
/** Files of `istioctl bug-report`, which have no ending: resources, and what the admin interface of each proxy printed. */
const BUG_REPORT_FILE = /^(?:k8s-resources|crs|secrets|config_dump(?:\?.*)?|clusters)$/;

/**
 * Reads the files that are named, whatever their names, and all YAML and JSON below folders, those of bug reports too.
 *
 * @throws UserError when a path cannot be read, or a folder holds no such file.
 */
export async function readMeshFiles(paths: readonly string[]): Promise<readonly MeshFile[]> {
  const files: MeshFile[] = [];
  for (const path of new Set(paths)) {
    try {
      const found = (await stat(path)).isDirectory() ? await listFolder(path) : [path];
      for (const file of found) files.push({ path: file, text: await readFile(file, 'utf8') });
      if (found.length > 0) continue;
    } catch (cause) {
      throw new UserError({
        code: 'UNREADABLE_INPUT',
        message: `the mesh configuration ${path} cannot be read: ${describeSystemError(cause)}`,
        hint: 'Give a YAML or JSON file, or a folder with some: kubectl get … -o yaml > mesh.yaml',
        cause,
      });
    }
    throw new UserError({
      code: 'NOTHING_READ',
      message: `no mesh configuration in the folder ${path}: no file there ends in .yaml, .yml or .json`,
      hint: 'A file with another name can be given directly.',
    });
  }
  return files;
}

async function listFolder(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  return names
    .filter((entry) => entry.isFile() && (ENDING.test(entry.name) || BUG_REPORT_FILE.test(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
