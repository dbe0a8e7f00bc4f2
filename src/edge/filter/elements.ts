/** The messages of the hot path: slots and leases. The elements of slots are laid out once; a claim copies slices. */

import {listSlots, minusSlots, slotsOfGroup, unionSlots, type SlotSet} from '../../core/model/slot-set.js';
import type {SlotTable} from '../../core/membership/types.js';
import {gates, type Bytes, type Gate, type Verdict} from '../../core/ruleset/model.js';
import type {SlotSets} from '../../core/ruleset/names.js';
import {nfProtocols} from '../../core/ruleset/values.js';
import {headerBytes as attributeHeaderBytes, nested, text, u64be} from '../netlink/attribute.js';
import {flags, type NetlinkRequest} from '../netlink/message.js';
import {encodeValue, encodeVerdict} from './expression-codec.js';
import {elementAttributes, elementListAttributes, listElement, messages, nftRequest} from './wire.js';

/** Elements in one message: their list is one attribute, which can say 65,535 bytes; the longest element has 48. */
const elementsMax = 1000;

const slotBytes = 4;

/** Elements of slots. They differ in four bytes alone, so one is laid out and copied: a claim makes thousands, and others wait for it. */
class SlotElements {
	readonly #pattern: Buffer;
	readonly #keyOffset: number;

	constructor(verdict?: Verdict) {
		const key = encodeValue(elementAttributes.key, [0, 0, 0, 0]);
		this.#pattern = nested(listElement, key, ...verdict === undefined ? [] : [encodeVerdict(elementAttributes.data, verdict)]);
		this.#keyOffset = attributeHeaderBytes + key.length - slotBytes;
	}

	/** One after another, in pieces of at most `elementsMax`. */
	of(slots: readonly number[]): Buffer[] {
		const pieces: Buffer[] = [];
		for (let from = 0; from < slots.length; from += elementsMax) {
			pieces.push(this.#piece(slots.slice(from, from + elementsMax)));
		}

		return pieces;
	}

	#piece(slots: readonly number[]): Buffer {
		const bytes = Buffer.alloc(slots.length * this.#pattern.length, this.#pattern);
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
		let offset = this.#keyOffset;
		for (const slot of slots) {
			view.setUint32(offset, slot, true);
			offset += this.#pattern.length;
		}

		return bytes;
	}
}

const keysOnly = new SlotElements();

/** The parts of a slot table that are verdicts, each a chain of its name. */
const places = ['owned', 'retained', ...gates] as const;
const placeElements = new Map(places.map(chain => [chain, new SlotElements({kind: 'goto', chain})]));

const setName = (table: string, set: string): Buffer[] => [text(elementListAttributes.table, table), text(elementListAttributes.set, set)];

const elementMessages = (verb: 'add' | 'delete', table: string, set: string, pieces: readonly Buffer[]): NetlinkRequest[] => pieces.map(piece => {
	const attributes = [...setName(table, set), nested(elementListAttributes.elements, piece)];
	return verb === 'add'
		? nftRequest(messages.newElement, 'inet', flags.create, attributes)
		: nftRequest(messages.deleteElement, 'inet', 0, attributes);
});

/** Takes every element out of the set; also of an empty one. */
export const emptySet = (table: string, set: string): NetlinkRequest => nftRequest(messages.deleteElement, 'inet', 0, setName(table, set));

/** The messages that turn one slot table into another; from an unknown one, by emptying the sets first. None when nothing differs. `groups`: the sets of each. */
export const slotMessages = (table: string, groups: readonly SlotSets[], before: SlotTable | undefined, after: SlotTable): NetlinkRequest[] =>
	groups.flatMap((sets, group) => groupMessages(table, sets, before && groupTable(before, group), groupTable(after, group)));

/** The part of a slot table that is of one group. */
const groupTable = (slots: SlotTable, group: number): SlotTable => ({
	owned: slotsOfGroup(slots.owned, group),
	retained: slotsOfGroup(slots.retained, group),
	resettable: slotsOfGroup(slots.resettable, group),
	leaving: slotsOfGroup(slots.leaving, group),
	arriving: slotsOfGroup(slots.arriving, group),
});

function groupMessages(table: string, {slots, resettable}: SlotSets, before: SlotTable | undefined, after: SlotTable): NetlinkRequest[] {
	if (before === undefined) {
		return [
			emptySet(table, slots),
			emptySet(table, resettable),
			...elementMessages('add', table, slots, places.flatMap(place => placeElements.get(place)!.of(listSlots(after[place])))),
			...elementMessages('add', table, resettable, keysOnly.of(listSlots(after.resettable))),
		];
	}

	const gone = (from: SlotSet, to: SlotSet): SlotSet => minusSlots(from, to);
	const moved = places.map(place => gone(before[place], after[place])).reduce((a, b) => unionSlots(a, b));
	const added = places.flatMap(place => placeElements.get(place)!.of(listSlots(gone(after[place], before[place]))));
	return [
		...elementMessages('delete', table, slots, keysOnly.of(listSlots(moved))),
		...elementMessages('add', table, slots, added),
		...elementMessages('delete', table, resettable, keysOnly.of(listSlots(gone(before.resettable, after.resettable)))),
		...elementMessages('add', table, resettable, keysOnly.of(listSlots(gone(after.resettable, before.resettable)))),
	];
}

const gateElements = (verdict: boolean): Buffer => nested(elementListAttributes.elements, ...Object.values(nfProtocols).map(family => nested(
	listElement,
	encodeValue(elementAttributes.key, [family]),
	...verdict ? [encodeVerdict(elementAttributes.data, {kind: 'goto', chain: 'owned'})] : [],
)));

/** The message that opens a gate that is shut. Laid out once: others wait for it to be sent. */
export const openGate = (table: string, gate: Gate): NetlinkRequest => nftRequest(messages.newElement, 'inet', flags.create, [...setName(table, gate), opened]);

/** The message that shuts a gate that is open; one that is shut already makes it, and so the whole, fail with ENOENT. */
export const shutGate = (table: string, gate: Gate): NetlinkRequest => nftRequest(messages.deleteElement, 'inet', 0, [...setName(table, gate), shut]);

const opened = gateElements(true);
const shut = gateElements(false);

/** The VIPs under lease in one family's set. */
export type LeaseKeys = {readonly set: string; readonly addresses: readonly Bytes[]};

/** Adds every VIP where none is; without a time, for ever. */
export const openMessages = (table: string, leases: readonly LeaseKeys[], ms: number | undefined): NetlinkRequest[] =>
	leases.map(lease => addLease(table, lease, ms, flags.create + flags.exclusive));

/** Per lease set: delete, then add. A lease that has run out makes the delete, and so the whole, fail with ENOENT. */
export const renewMessages = (table: string, leases: readonly LeaseKeys[], ms: number): NetlinkRequest[] => leases.flatMap(lease => {
	const {remove, add, elementBytes} = renewalOf(table, lease);
	const payload = Buffer.from(add.payload);
	for (let end = payload.length, rest = lease.addresses.length; rest > 0; rest--, end -= elementBytes) {
		payload.writeBigUInt64BE(BigInt(ms), end - timeoutBytes);
	}

	return [remove, {...add, payload}];
});

/** Of a renewal only the time changes: its bytes end each element of `add`. */
type Renewal = {readonly table: string; readonly remove: NetlinkRequest; readonly add: NetlinkRequest; readonly elementBytes: number};

const timeoutBytes = 8;
const renewals = new WeakMap<LeaseKeys, Renewal>();

/** Laid out once, since encoding takes as long as the kernel does. */
function renewalOf(table: string, lease: LeaseKeys): Renewal {
	const known = renewals.get(lease);
	if (known?.table === table) {
		return known;
	}

	const renewal = {
		table,
		remove: nftRequest(messages.deleteElement, 'inet', 0, [...setName(table, lease.set), leaseElements(lease, undefined)]),
		add: addLease(table, lease, 0, flags.create),
		elementBytes: leaseElement(lease.addresses[0] ?? [], 0).length,
	};
	renewals.set(lease, renewal);
	return renewal;
}

/** Opens the leases of those VIPs that were not there before; all others keep theirs. */
export const joinMessages = (table: string, before: readonly LeaseKeys[], after: readonly LeaseKeys[], ms: number): NetlinkRequest[] => after.flatMap(({set, addresses}) => {
	const known = new Set(before.filter(lease => lease.set === set).flatMap(lease => lease.addresses).map(address => address.join(' ')));
	const joining = addresses.filter(address => !known.has(address.join(' ')));
	return ms < 1 || joining.length === 0 ? [] : [addLease(table, {set, addresses: joining}, ms, flags.create)];
});

export const closeMessages = (table: string, leases: readonly LeaseKeys[]): NetlinkRequest[] => leases.map(({set}) => emptySet(table, set));

const addLease = (table: string, lease: LeaseKeys, ms: number | undefined, flagBits: number): NetlinkRequest =>
	nftRequest(messages.newElement, 'inet', flagBits, [...setName(table, lease.set), leaseElements(lease, ms)]);

const leaseElements = ({addresses}: LeaseKeys, ms: number | undefined): Buffer => nested(elementListAttributes.elements, ...addresses.map(address => leaseElement(address, ms)));

const leaseElement = (address: Bytes, ms: number | undefined): Buffer => nested(
	listElement,
	encodeValue(elementAttributes.key, address),
	...ms === undefined ? [] : [u64be(elementAttributes.timeout, ms)],
);
