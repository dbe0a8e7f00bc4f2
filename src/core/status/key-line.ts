/** While the farm's key is being changed: who seals with which. */

import {printable} from './display-width.js';
import type {Status} from './status.js';

/** One line while the nodes do not all seal with the same key, as far as they were heard; empty otherwise. */
export function keyLine({nodes}: Status): string {
	const byKey = new Map<string, string[]>();
	for (const {name, key} of nodes) {
		if (key !== undefined) {
			byKey.set(key, [...byKey.get(key) ?? [], printable(name)]);
		}
	}

	return byKey.size < 2
		? ''
		: `${[...byKey].map(([key, names]) => `${names.join(', ')} ${names.length === 1 ? 'seals' : 'seal'} with key ${key}`).join('; ')}: keep all of these in every key file until there is only one`;
}
