/**
Runs after the compiler and writes what need not be computed at every start: the framework's manifest of verbs, and the help texts, which
`launch.ts` prints without loading the framework.
*/

import {readdirSync, renameSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {Config} from '@oclif/core/config';
import {CommandHelp, Help} from '@oclif/core/help';
import {helpFile, type HelpTexts} from './help-texts.js';

const root = path.join(import.meta.dirname, '../../..');

/** Terminals are at least so wide; help is laid out once. */
const helpColumns = 80;

/** The framework shows the last line of a description alone where the summary stands above it. */
class WholeDescription extends CommandHelp {
	protected override description(): string | undefined {
		const {description} = this.command;
		return description === undefined ? undefined : this.wrap(description.replaceAll('\n', ' '));
	}
}

class TextHelp extends Help {
	protected override CommandHelpClass = WholeDescription;
	text = '';

	protected override log(...lines: string[]): void {
		this.text += `${lines.join(' ')}\n`;
	}
}

function writeWhole(file: string, value: unknown): void {
	writeFileSync(`${file}.new`, `${JSON.stringify(value)}\n`);
	renameSync(`${file}.new`, file);
}

function writeManifest(config: Config): void {
	const verbFiles = readdirSync(path.join(root, 'dist/commands'), {recursive: true, encoding: 'utf8'}).filter(name => name.endsWith('.js'));
	for (const plugin of config.plugins.values()) {
		const {manifest} = plugin as unknown as {manifest: {commands: object}};
		if (Object.keys(manifest.commands).length !== verbFiles.length) {
			throw new Error(`${verbFiles.length} verbs are built and ${Object.keys(manifest.commands).length} could be loaded; see the warnings above`);
		}

		writeWhole(path.join(root, 'oclif.manifest.json'), manifest);
	}
}

async function helpTexts(config: Config): Promise<HelpTexts> {
	const subjects = [[], ...config.commandIDs.map(id => id.split(':')), ...config.topics.map(({name}) => name.split(':'))];
	return Object.fromEntries(await Promise.all(subjects.map(async words => {
		const help = new TextHelp(config, {...config.pjson.oclif.helpOptions, maxWidth: helpColumns, stripAnsi: true});
		await help.showHelp([...words, '--help']);
		return [words.join(' '), help.text] as const;
	})));
}

process.env.OCLIF_COLUMNS = String(helpColumns);
const config = await Config.load({root, ignoreManifest: true});
writeManifest(config);
writeWhole(helpFile(root), await helpTexts(config));
