/** What the keys of `top` do. The help screen and the footer are drawn from the same table. */

export type TopAction = 'quit' | 'help' | 'checks' | 'pause' | 'up' | 'down';

type KeyBinding = {
	readonly action: TopAction;
	/** As people read it. */
	readonly label: string;
	readonly does: string;
	/** Characters that trigger it. */
	readonly inputs: readonly string[];
};

/** Keys that are no characters, by the names that the terminal layer gives them. */
export type SpecialKeys = {
	readonly ctrl?: boolean; readonly escape?: boolean; readonly upArrow?: boolean; readonly downArrow?: boolean;
};

export const keyBindings: readonly KeyBinding[] = [
	{action: 'quit', label: 'q', does: 'quit (also Ctrl-C)', inputs: ['q', 'Q']},
	{action: 'help', label: '?', does: 'show or hide this help', inputs: ['?', 'h']},
	{action: 'checks', label: 'c', does: 'services and checks of this node with their last results, and back', inputs: ['c']},
	{action: 'pause', label: 'space', does: 'hold the picture, go on with the next press', inputs: [' ', 'p']},
	{action: 'up', label: '↑', does: 'earlier nodes, the check before (also k)', inputs: ['k']},
	{action: 'down', label: '↓', does: 'later nodes, when they do not fit; the next check (also j)', inputs: ['j']},
];

/** What was pressed, in its order: over a slow line several keys come at once. */
export const actionsOf = (input: string, key: SpecialKeys = {}): readonly TopAction[] =>
	(input.length > 1 ? [...input] : [input]).map(one => actionOf(one, key)).filter(action => action !== undefined);

/** The action of a key, or undefined for one that means nothing. */
export function actionOf(input: string, key: SpecialKeys = {}): TopAction | undefined {
	if (key.ctrl) {
		return input === 'c' ? 'quit' : undefined;
	}

	if (key.upArrow) {
		return 'up';
	}

	if (key.downArrow) {
		return 'down';
	}

	return keyBindings.find(({inputs}) => inputs.includes(input))?.action;
}
