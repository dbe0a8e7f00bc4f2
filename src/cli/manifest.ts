/**
Writes the framework's command manifest after a build, so that `--help` and `--version` need not load every verb.
*/

import {readdirSync, renameSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {Config} from '@oclif/core/config';

const root = path.join(import.meta.dirname, '../../..');
const file = path.join(root, 'oclif.manifest.json');

const {plugins} = await Config.load({root, ignoreManifest: true});
const verbFiles = readdirSync(path.join(root, 'dist/commands'), {recursive: true, encoding: 'utf8'}).filter(name => name.endsWith('.js'));
for (const plugin of plugins.values()) {
	const {manifest} = plugin as unknown as {manifest: {commands: object}};
	if (Object.keys(manifest.commands).length !== verbFiles.length) {
		throw new Error(`${verbFiles.length} verbs are built and ${Object.keys(manifest.commands).length} could be loaded; see the warnings above`);
	}

	writeFileSync(`${file}.new`, `${JSON.stringify(manifest)}\n`);
	renameSync(`${file}.new`, file);
}
