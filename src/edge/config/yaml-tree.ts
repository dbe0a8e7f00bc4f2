/**
YAML text as a tree with positions. YAML 1.2 core schema, one document, plain data only: anchors, aliases and tags are refused, since nobody needs
them in a configuration and they make a line mean what another says.
*/

import {
	isAlias, isMap, isScalar, LineCounter, parseDocument, type Document, type Node, type Pair, type Scalar, type YAMLError,
} from 'yaml';
import {type Problem, pathText, quote} from '../../core/config/problem.js';
import type {MapEntry, Path, Position, Tree} from '../../core/config/tree.js';

/** A larger text is no configuration. */
export const configCharactersMax = 1024 * 1024;

/** Far more than the configuration has; keeps the reader's recursion shallow. */
const depthMax = 32;
const tooDeep = 'the text is nested too deeply';

const start: Position = {line: 1, column: 1};

/** The tree, or `undefined` when the text is not YAML at all; every problem of the text either way. Never throws. */
export function readYaml(text: string): {readonly tree: Tree | undefined; readonly problems: readonly Problem[]} {
	if (text.length > configCharactersMax) {
		return {tree: undefined, problems: [problemAt(start, [], `the text is larger than ${configCharactersMax} characters`)]};
	}

	const lines = new LineCounter();
	const reader = new Reader(lines);
	const document = parseDocument(text, {
		lineCounter: lines, prettyErrors: false, uniqueKeys: false, schema: 'core', version: '1.2', keepSourceTokens: false, logLevel: 'error',
	});
	const syntax = syntaxProblems(document, reader);
	if (syntax.length > 0) {
		return {tree: undefined, problems: syntax};
	}

	const tree = reader.tree(document.contents, []);
	return {tree, problems: reader.problems};
}

/** One problem a place: the reader tells what follows from a mistake at the same place again. */
function syntaxProblems(document: Document, reader: Reader): Problem[] {
	const firsts = new Map<number, YAMLError>();
	for (const error of [...document.errors, ...document.warnings]) {
		if (!firsts.has(error.pos[0])) {
			firsts.set(error.pos[0], error);
		}
	}

	return [...firsts].map(([offset, error]) => problemAt(reader.position(offset), [], sentenceOf(error)));
}

function sentenceOf({code, message}: YAMLError): string {
	if (code === 'MULTIPLE_DOCS') {
		return 'the file must hold one document, so there can be no second \'---\'';
	}

	if (code === 'RESOURCE_EXHAUSTION') {
		return tooDeep;
	}

	return `not valid YAML: ${message.split('\n', 1)[0]!.replace(/^[A-Z](?=[a-z])/u, letter => letter.toLowerCase())}`;
}

class Reader {
	readonly problems: Problem[] = [];
	readonly #lines: LineCounter;

	constructor(lines: LineCounter) {
		this.#lines = lines;
	}

	position(offset: number): Position {
		const {line, col} = this.#lines.linePos(offset);
		return {line: Math.max(1, line), column: Math.max(1, col)};
	}

	tree(node: Node | null, path: Path, fallback = start): Tree {
		const position = node?.range ? this.position(node.range[0]) : fallback;
		if (node && path.length > depthMax) {
			this.#report(position, path, tooDeep);
			return nothing(position);
		}

		if (!node || isAlias(node)) {
			if (node) {
				this.#report(position, path, `the alias ${quote(`*${node.source}`)} is not supported`, 'write the value out');
			}

			return nothing(position);
		}

		this.#refuseProperties(node, position, path);
		if (isScalar(node)) {
			const {value} = node;
			return {kind: 'scalar', position, value: isPlain(value) ? value : null, source: node.source ?? String(value), ...textColumn(node, position)};
		}

		return isMap(node)
			? {kind: 'map', position, entries: this.#entries(node.items as Array<Pair<Node | null, Node | null>>, position, path)}
			: {kind: 'list', position, items: (node as unknown as {items: Node[]}).items.map((item, index) => this.tree(item, [...path, index], position))};
	}

	#refuseProperties(node: Node, position: Position, path: Path): void {
		const {anchor, tag} = node as {anchor?: string; tag?: string};
		if (anchor !== undefined) {
			this.#report(position, path, `the anchor ${quote(`&${anchor}`)} is not supported`, 'take it out');
		}

		if (tag !== undefined) {
			this.#report(position, path, `the tag ${quote(tag)} is not supported`, 'take it out');
		}
	}

	#entries(pairs: ReadonlyArray<Pair<Node | null, Node | null>>, around: Position, path: Path): MapEntry[] {
		const entries = new Map<string, MapEntry>();
		for (const pair of pairs) {
			const position = pair.key?.range ? this.position(pair.key.range[0]) : around;
			if (!isScalar(pair.key) || !isPlain(pair.key.value)) {
				this.#report(position, path, 'a key must be plain text');
				continue;
			}

			this.#refuseProperties(pair.key, position, path);
			const {value, source} = pair.key;
			const key = typeof value === 'string' ? value : (source ?? String(value));
			const first = entries.get(key);
			if (first) {
				this.#report(position, [...path, key], `the key ${quote(key)} is already on line ${first.position.line}`);
			} else {
				entries.set(key, {key, position, value: this.tree(pair.value, [...path, key], position)});
			}
		}

		return [...entries.values()];
	}

	#report(position: Position, path: Path, message: string, hint?: string): void {
		this.problems.push(problemAt(position, path, message, hint));
	}
}

/** A text in quotes begins after the first of them; where it is longer than what it says, it has escapes or several lines. */
function textColumn({range, source, type}: Scalar, {column}: Position): {readonly textColumn?: number} {
	const quotes = type === 'PLAIN' ? 0 : 1;
	const isLiteral = range && source !== undefined && type?.startsWith('BLOCK') === false && range[1] - range[0] === source.length + (2 * quotes);
	return isLiteral ? {textColumn: column + quotes} : {};
}

const isPlain = (value: unknown): value is string | number | boolean => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

const nothing = (position: Position): Tree => ({kind: 'scalar', position, value: null, source: ''});

const problemAt = ({line, column}: Position, path: Path, message: string, hint?: string): Problem => ({
	path: pathText(path), line, column, message, ...(hint !== undefined && {hint}),
});
