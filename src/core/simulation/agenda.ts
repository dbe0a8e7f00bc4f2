/** What happens when, in true time: a binary heap, first come first served among equals. */

export type Agenda = {
	readonly now: () => number;
	at: (time: number, action: () => void) => void;
	after: (delay: number, action: () => void) => void;
	/** Carries out everything due up to and including the time. */
	runUntil: (time: number) => void;
};

type Entry = {readonly time: number; readonly order: number; readonly action: () => void};

const isBefore = (a: Entry, b: Entry): boolean => a.time < b.time || (a.time === b.time && a.order < b.order);

export function createAgenda(): Agenda {
	const heap: Entry[] = [];
	let clock = 0;
	let order = 0;
	const at = (time: number, action: () => void): void => {
		push(heap, {time: Math.max(time, clock), order: order++, action});
	};

	return {
		now: () => clock,
		at,
		after(delay, action) {
			at(clock + delay, action);
		},
		runUntil(time) {
			while (heap.length > 0 && heap[0]!.time <= time) {
				const {time: due, action} = pop(heap);
				clock = due;
				action();
			}

			clock = time;
		},
	};
}

function push(heap: Entry[], entry: Entry): void {
	let index = heap.length;
	heap.push(entry);
	while (index > 0) {
		const parent = Math.floor((index - 1) / 2);
		if (!isBefore(entry, heap[parent]!)) {
			break;
		}

		heap[index] = heap[parent]!;
		index = parent;
	}

	heap[index] = entry;
}

function pop(heap: Entry[]): Entry {
	const first = heap[0]!;
	const last = heap.pop()!;
	if (heap.length === 0) {
		return first;
	}

	let index = 0;
	for (;;) {
		const left = (2 * index) + 1;
		const least = left + 1 < heap.length && isBefore(heap[left + 1]!, heap[left]!) ? left + 1 : left;
		if (least >= heap.length || !isBefore(heap[least]!, last)) {
			break;
		}

		heap[index] = heap[least]!;
		index = least;
	}

	heap[index] = last;
	return first;
}
