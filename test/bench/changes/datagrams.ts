/**
What became of the datagrams of the UDP flows: how often each was delivered, and from when to when a flow's slot had no owner.

A flow that changes hands was last delivered to the one node and then first to the other; its slot had no owner at most between the two. All slots that
one node gives to another at once have the same gap, so the gap is at most what all of these flows have in common.
*/

export type Delivery = {
	/** Of each datagram, in the order in which they were sent: when, and to which nodes it came. */
	readonly sentMs: Float64Array;
	readonly to: ReadonlyArray<readonly string[]>;
	readonly flowsCount: number;
	/** Number of the first. */
	readonly first: number;
};

/** Flows that went from one node to another together: `endMs - beginMs` is the most that their gap can have been, `lostMs` the least, by the datagrams that nobody got. */
export type Handover = {
	readonly from: string;
	readonly to: string;
	readonly beginMs: number;
	readonly endMs: number;
	readonly flows: readonly number[];
	readonly lostMs: number;
};

type Step = Omit<Handover, 'lostMs'>;

/** Joins what was sent with what came. */
export function deliveryOf({first, sentMs, flowsCount}: {readonly first: number; readonly sentMs: Float64Array; readonly flowsCount: number}, came: ReadonlyMap<string, Uint32Array>): Delivery {
	const to: string[][] = Array.from(sentMs, () => []);
	for (const [node, numbers] of came) {
		for (const number of numbers) {
			to[number - first]?.push(node);
		}
	}

	return {first, sentMs, to, flowsCount};
}

/** Datagrams that came to more than one node, or twice to one. */
export const twiceDelivered = ({to}: Delivery): number => to.filter(({length}) => length > 1).length;

export const notDelivered = ({to}: Delivery): number => to.filter(({length}) => length === 0).length;

/** In the order in which they began. */
export function handoversOf(delivery: Delivery): Handover[] {
	const joined: Step[] = [];
	for (const step of Array.from({length: delivery.flowsCount}, (_, flow) => stepsOf(delivery, flow)).flat().toSorted((a, b) => a.beginMs - b.beginMs)) {
		const index = joined.findIndex(({from, to, beginMs, endMs}) => from === step.from && to === step.to && step.beginMs < endMs && beginMs < step.endMs);
		if (index === -1) {
			joined.push(step);
		} else {
			const {beginMs, endMs, flows} = joined[index]!;
			joined[index] = {...step, beginMs: Math.max(beginMs, step.beginMs), endMs: Math.min(endMs, step.endMs), flows: [...flows, ...step.flows]};
		}
	}

	return joined.map(step => ({...step, lostMs: lostIn(delivery, step)}));
}

function stepsOf({sentMs, to, flowsCount, first}: Delivery, flow: number): Step[] {
	const steps: Step[] = [];
	let last: {readonly node: string; readonly atMs: number} | undefined;
	const begin = (((flow - first) % flowsCount) + flowsCount) % flowsCount;
	for (let index = begin; index < sentMs.length; index += flowsCount) {
		const node = to[index]![0];
		if (node !== undefined) {
			if (last !== undefined && last.node !== node) {
				steps.push({from: last.node, to: node, beginMs: last.atMs, endMs: sentMs[index]!, flows: [flow]});
			}

			last = {node, atMs: sentMs[index]!};
		}
	}

	return steps;
}

/** From the first to the last of these flows' datagrams that nobody got. */
function lostIn({sentMs, to, flowsCount, first}: Delivery, {beginMs, endMs, flows}: Step): number {
	const lost = [...sentMs].filter((atMs, index) => atMs > beginMs && atMs < endMs && to[index]!.length === 0 && flows.includes((first + index) % flowsCount));
	return lost.length === 0 ? 0 : lost.at(-1)! - lost[0]!;
}
