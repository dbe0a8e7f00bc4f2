/**
Writes the framework's command manifest after a build, so that `--help` and `--version` need not load every verb.
*/

import {rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {Config} from '@oclif/core/config';

const root = path.join(import.meta.dirname, '../../..');
const file = path.join(root, 'oclif.manifest.json');

rmSync(file, {force: true});
const {plugins} = await Config.load(root);
for (const plugin of plugins.values()) {
	writeFileSync(file, `${JSON.stringify((plugin as unknown as {manifest: unknown}).manifest)}\n`);
}
