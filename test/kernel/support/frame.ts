/** Ethernet frames, made and read: ARP, IPv4, IPv6, TCP, UDP, ICMP and ND, with right checksums. Layouts: RFC 826, 791, 8200, 9293, 768, 792, 4443, 4861. */

import {addressFromBytes, addressToBytes} from '../../../src/core/model/address.js';

export type Ends = {
	readonly sourceMac: string;
	readonly targetMac: string;
	readonly source: string;
	readonly target: string;
};

export type TcpFields = {readonly sourcePort: number; readonly targetPort: number; readonly sequence?: number; readonly acknowledge?: number; readonly flags: number; readonly data?: Uint8Array};

export const tcp = {fin: 0x01, syn: 0x02, reset: 0x04, push: 0x08, ack: 0x10} as const;

const etherTypes = {ip: 0x08_00, arp: 0x08_06, ipv6: 0x86_DD} as const;
const protocolNumbers = {icmp: 1, tcp: 6, udp: 17, icmpv6: 58} as const;

export const macBytes = (mac: string): Buffer => Buffer.from(mac.replaceAll(':', ''), 'hex');

const macText = (bytes: Buffer): string => [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join(':');

const address = (text: string): Buffer => Buffer.from(addressToBytes(text));

function u16(...values: readonly number[]): Buffer {
	const bytes = Buffer.alloc(values.length * 2);
	for (const [index, value] of values.entries()) {
		bytes.writeUInt16BE(value % 65_536, index * 2);
	}

	return bytes;
}

function u32(...values: readonly number[]): Buffer {
	const bytes = Buffer.alloc(values.length * 4);
	for (const [index, value] of values.entries()) {
		bytes.writeUInt32BE(value, index * 4);
	}

	return bytes;
}

/** RFC 1071. */
export function checksum(...parts: readonly Uint8Array[]): number {
	const bytes = Buffer.concat(parts);
	let sum = 0;
	for (let index = 0; index < bytes.length; index += 2) {
		sum += (bytes[index]! * 256) + (bytes[index + 1] ?? 0);
	}

	while (sum > 65_535) {
		sum = (sum % 65_536) + Math.floor(sum / 65_536);
	}

	return 65_535 - sum;
}

const ethernet = (targetMac: string, sourceMac: string, type: number, payload: Uint8Array): Buffer => Buffer.concat([macBytes(targetMac), macBytes(sourceMac), u16(type), payload]);

const pseudoHeader = ({source, target}: Ends, protocol: number, length: number): Buffer => source.includes(':')
	? Buffer.concat([address(source), address(target), u32(length, protocol)])
	: Buffer.concat([address(source), address(target), u16(protocol, length)]);

type IpOptions = {readonly hopLimit?: number; readonly fragment?: {readonly id: number; readonly offset: number; readonly isLast: boolean}};

/** A packet of either family; the payload already has its checksum. */
export function ipPacket(ends: Ends, protocol: number, payload: Uint8Array, {hopLimit = 64, fragment}: IpOptions = {}): Buffer {
	if (ends.source.includes(':')) {
		return Buffer.concat([u32(0x60_00_00_00), u16(payload.length), Buffer.of(protocol, hopLimit), address(ends.source), address(ends.target), payload]);
	}

	const place = fragment === undefined ? 0 : (fragment.offset / 8) + (fragment.isLast ? 0 : 0x20_00);
	const header = Buffer.concat([Buffer.of(0x45, 0), u16(20 + payload.length, fragment?.id ?? 0, place), Buffer.of(hopLimit, protocol), u16(0), address(ends.source), address(ends.target)]);
	header.writeUInt16BE(checksum(header), 10);
	return Buffer.concat([header, payload]);
}

const ipFrame = (ends: Ends, protocol: number, payload: Uint8Array, options: IpOptions = {}): Buffer =>
	ethernet(ends.targetMac, ends.sourceMac, ends.source.includes(':') ? etherTypes.ipv6 : etherTypes.ip, ipPacket(ends, protocol, payload, options));

function withChecksum(ends: Ends, protocol: number, payload: Buffer, offset: number): Buffer {
	payload.writeUInt16BE(checksum(pseudoHeader(ends, protocol, payload.length), payload), offset);
	return payload;
}

export function tcpSegment(ends: Ends, {sourcePort, targetPort, sequence = 1000, acknowledge = 0, flags, data = Buffer.alloc(0)}: TcpFields): Buffer {
	return withChecksum(ends, protocolNumbers.tcp, Buffer.concat([u16(sourcePort, targetPort), u32(sequence, acknowledge), Buffer.of(0x50, flags), u16(65_000, 0, 0), data]), 16);
}

export const tcpFrame = (ends: Ends, fields: TcpFields): Buffer => ipFrame(ends, protocolNumbers.tcp, tcpSegment(ends, fields));

export function udpDatagram(ends: Ends, sourcePort: number, targetPort: number, data: Uint8Array): Buffer {
	return withChecksum(ends, protocolNumbers.udp, Buffer.concat([u16(sourcePort, targetPort, 8 + data.length, 0), data]), 6);
}

export const udpFrame = (ends: Ends, sourcePort: number, targetPort: number, data: Uint8Array): Buffer => ipFrame(ends, protocolNumbers.udp, udpDatagram(ends, sourcePort, targetPort, data));

/** The same datagram in IPv4 fragments of this many bytes of payload, a multiple of eight. */
export function udpFragments(ends: Ends, datagram: Uint8Array, bytes: number, id: number): Buffer[] {
	const frames: Buffer[] = [];
	for (let offset = 0; offset < datagram.length; offset += bytes) {
		frames.push(ipFrame(ends, protocolNumbers.udp, datagram.subarray(offset, offset + bytes), {fragment: {id, offset, isLast: offset + bytes >= datagram.length}}));
	}

	return frames;
}

/** An ICMP or ICMPv6 message by the family of the addresses. */
export function icmpFrame(ends: Ends, type: number, code: number, body: Uint8Array, hopLimit = 64): Buffer {
	const message = Buffer.concat([Buffer.of(type, code, 0, 0), body]);
	if (ends.source.includes(':')) {
		return ipFrame(ends, protocolNumbers.icmpv6, withChecksum(ends, protocolNumbers.icmpv6, message, 2), {hopLimit});
	}

	message.writeUInt16BE(checksum(message), 2);
	return ipFrame(ends, protocolNumbers.icmp, message, {hopLimit});
}

export const echoFrame = (ends: Ends): Buffer => icmpFrame(ends, ends.source.includes(':') ? 128 : 8, 0, Buffer.from('\u{0}\u{1}\u{0}\u{1}ping'));

/** "Who has `target`?", to everyone. */
export const arpRequest = (sourceMac: string, source: string, target: string): Buffer => ethernet('ff:ff:ff:ff:ff:ff', sourceMac, etherTypes.arp, Buffer.concat([
	u16(1, etherTypes.ip), Buffer.of(6, 4), u16(1), macBytes(sourceMac), address(source), Buffer.alloc(6), address(target),
]));

/** A neighbour solicitation for `target`, to its solicited-node group. */
export function neighbourSolicit(sourceMac: string, source: string, target: string): Buffer {
	const tail = [...address(target).subarray(13)];
	const ends: Ends = {
		sourceMac, source,
		targetMac: macText(Buffer.from([0x33, 0x33, 0xFF, ...tail])),
		target: addressFromBytes([0xFF, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xFF, ...tail]),
	};
	return icmpFrame(ends, 135, 0, Buffer.concat([u32(0), address(target), Buffer.of(1, 1), macBytes(sourceMac)]), 255);
}

export type Frame = {
	readonly sourceMac: string;
	readonly targetMac: string;
	readonly source?: string;
	readonly target?: string;
	readonly arp?: {readonly operation: number; readonly senderMac: string; readonly sender: string; readonly target: string};
	readonly tcp?: {readonly sourcePort: number; readonly targetPort: number; readonly sequence: number; readonly acknowledge: number; readonly flags: number; readonly data: Buffer};
	readonly udp?: {readonly sourcePort: number; readonly targetPort: number; readonly data: Buffer};
	/** Of ICMP or ICMPv6; whether the checksum is right, and what stands behind it. */
	readonly icmp?: {readonly type: number; readonly isRight: boolean; readonly body: Buffer};
	/** One line for a failing test. */
	readonly summary: string;
};

/** What the frame says; parts that are not known stay out. */
export function decodeFrame(bytes: Buffer): Frame {
	const type = bytes.readUInt16BE(12);
	const payload = bytes.subarray(14);
	const outer = {targetMac: macText(bytes.subarray(0, 6)), sourceMac: macText(bytes.subarray(6, 12))};
	const inner = decodeInner(type, payload);
	const known = {...outer, ...inner};
	const isBytes = (value: unknown): boolean => typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer';
	return {...known, summary: JSON.stringify(known, (_key, value: unknown) => isBytes(value) ? '(bytes)' : value)};
}

function decodeInner(type: number, payload: Buffer): Partial<Frame> {
	if (type === etherTypes.arp) {
		return decodeArp(payload);
	}

	if (type === etherTypes.ip) {
		return decodeIp4(payload);
	}

	return type === etherTypes.ipv6 ? decodeIp6(payload) : {};
}

const decodeArp = (bytes: Buffer): Partial<Frame> => ({
	arp: {operation: bytes.readUInt16BE(6), senderMac: macText(bytes.subarray(8, 14)), sender: addressFromBytes(bytes.subarray(14, 18)), target: addressFromBytes(bytes.subarray(24, 28))},
});

const decodeIp4 = (bytes: Buffer): Partial<Frame> =>
	decodeTransport(bytes[9]!, bytes.subarray((bytes[0]! % 16) * 4, bytes.readUInt16BE(2)), addressFromBytes(bytes.subarray(12, 16)), addressFromBytes(bytes.subarray(16, 20)));

const decodeIp6 = (bytes: Buffer): Partial<Frame> =>
	decodeTransport(bytes[6]!, bytes.subarray(40, 40 + bytes.readUInt16BE(4)), addressFromBytes(bytes.subarray(8, 24)), addressFromBytes(bytes.subarray(24, 40)));

function decodeTransport(protocol: number, bytes: Buffer, source: string, target: string): Partial<Frame> {
	const ends = {source, target};
	if (protocol === protocolNumbers.tcp) {
		const [sequence, acknowledge] = [bytes.readUInt32BE(4), bytes.readUInt32BE(8)];
		return {...ends, tcp: {sourcePort: bytes.readUInt16BE(0), targetPort: bytes.readUInt16BE(2), sequence, acknowledge, flags: bytes[13]!, data: bytes.subarray((bytes[12]! >>> 4) * 4)}};
	}

	if (protocol === protocolNumbers.udp) {
		return {...ends, udp: {sourcePort: bytes.readUInt16BE(0), targetPort: bytes.readUInt16BE(2), data: bytes.subarray(8)}};
	}

	if (protocol === protocolNumbers.icmp || protocol === protocolNumbers.icmpv6) {
		const pseudo = protocol === protocolNumbers.icmp ? Buffer.alloc(0) : pseudoHeader({...ends, sourceMac: '', targetMac: ''}, protocol, bytes.length);
		return {...ends, icmp: {type: bytes[0]!, isRight: checksum(pseudo, bytes) === 0, body: bytes.subarray(4)}};
	}

	return ends;
}
