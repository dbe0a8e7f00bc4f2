/** A configuration text as plain data with positions: what a YAML reader hands to the core, free of the reader's own types. */

/** Both count from 1; a column is one UTF-16 unit. */
export type Position = {readonly line: number; readonly column: number};

export type ScalarTree = {
	readonly kind: 'scalar';
	readonly position: Position;
	readonly value: string | number | boolean | null;
	/** As written, without quotes. */
	readonly source: string;
	/** Where the first character of the text is, if each of its characters is one of the line's; absent otherwise, as where it has escapes. */
	readonly textColumn?: number;
};

export type ListTree = {readonly kind: 'list'; readonly position: Position; readonly items: readonly Tree[]};

export type MapEntry = {readonly key: string; readonly position: Position; readonly value: Tree};

/** Keys are unique. */
export type MapTree = {readonly kind: 'map'; readonly position: Position; readonly entries: readonly MapEntry[]};

export type Tree = ScalarTree | ListTree | MapTree;

/** Keys and indexes from the root, such as `['nodes', 'web1', 'addresses', 0]`. */
export type Path = ReadonlyArray<string | number>;

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | {readonly [key: string]: JsonValue};

const nowhere: Position = {line: 1, column: 1};

/** The tree of plain data; every position is the first of the text. */
export function treeOf(value: JsonValue): Tree {
	if (Array.isArray(value)) {
		return {kind: 'list', position: nowhere, items: value.map(item => treeOf(item as JsonValue))};
	}

	if (typeof value === 'object' && value !== null) {
		return {kind: 'map', position: nowhere, entries: Object.entries(value).map(([key, item]) => ({key, position: nowhere, value: treeOf(item)}))};
	}

	return {kind: 'scalar', position: nowhere, value, source: String(value)};
}

/** Where the thing at the path is written, or that character of a text; where it is not written, the closest thing around it. */
export function locate(tree: Tree, path: Path, offset?: number): Position {
	let here = tree;
	for (const step of path) {
		const next = childOf(here, step);
		if (!next) {
			break;
		}

		here = next;
	}

	const {line, column} = here.position;
	const textColumn = here.kind === 'scalar' ? here.textColumn : undefined;
	return {line, column: offset === undefined || textColumn === undefined ? column : textColumn + offset};
}

/** Where the last key of the path is written, for a problem of the key and not of its value. */
export function locateKey(tree: Tree, path: Path): Position {
	const parent = path.slice(0, -1);
	let here: Tree | undefined = tree;
	for (const step of parent) {
		here &&= childOf(here, step);
	}

	const entry = here?.kind === 'map' ? here.entries.find(({key}) => key === path.at(-1)) : undefined;
	return entry?.position ?? locate(tree, path);
}

function childOf(tree: Tree, step: string | number): Tree | undefined {
	if (tree.kind === 'list') {
		return typeof step === 'number' ? tree.items[step] : undefined;
	}

	return tree.kind === 'map' ? tree.entries.find(({key}) => key === step)?.value : undefined;
}
