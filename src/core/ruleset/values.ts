/** Bytes that rules compare with and write: addresses, names, ports and the numbers of the protocols (IANA protocol numbers, RFC 792, 4443, 826). */

import {addressToBytes} from '../model/address.js';
import {interfaceNameBytes} from './fields.js';
import type {Bytes} from './model.js';

export const l4protocols = {icmp: 1, tcp: 6, udp: 17, icmpv6: 58} as const;

/** NFPROTO_IPV4 and NFPROTO_IPV6. */
export const nfProtocols = {4: 2, 6: 10} as const;

export const arpOperations = {request: 1, reply: 2} as const;

export const neighbourTypes = {solicit: 135, advert: 136} as const;

/** Of the options of neighbour discovery: the link-layer address of who asks, of who is asked for. */
export const neighbourOptions = {sourceAddress: 1, targetAddress: 2} as const;

export const echoRequestType = {4: 8, 6: 128} as const;

/** Destination unreachable, source quench, time exceeded, parameter problem; destination unreachable, packet too big, time exceeded, parameter problem. */
export const errorTypes = {4: [3, 4, 11, 12], 6: [1, 2, 3, 4]} as const;

export const tcpFlags = {syn: 0x02, rst: 0x04, ack: 0x10} as const;

/** Bits of `ct state` as the kernel keeps them: NF_CT_STATE_BIT(ctinfo). */
export const connectionStates = {established: 0x02, related: 0x04} as const;

/** PACKET_HOST. */
export const packetForUs = 0;

export const addressBytes = (address: string): Bytes => [...addressToBytes(address)];

export const macBytes = (mac: string): Bytes => mac.split(':').map(part => Number.parseInt(part, 16));

/** Two bytes in network order. */
export const u16 = (value: number): Bytes => [Math.floor(value / 256), value % 256];

/** Four bytes in the order of the machine, which is little endian wherever farmctl runs. */
export const u32 = (value: number): Bytes => [value % 256, Math.floor(value / 256) % 256, Math.floor(value / 65_536) % 256, Math.floor(value / 16_777_216) % 256];

/** An interface name as the kernel's registers hold it, filled up with NUL. */
export const interfaceName = (name: string): Bytes => Array.from({length: interfaceNameBytes}, (_, index) => index < name.length ? name.codePointAt(index)! : 0);

export const interfaceNameFrom = (bytes: Bytes): string => String.fromCodePoint(...bytes.slice(0, bytes.includes(0) ? bytes.indexOf(0) : bytes.length));

/** Ones for the prefix, zeros for the rest. */
export const prefixMask = (prefixLength: number, bytes: number): Bytes => Array.from({length: bytes}, (_, index) => 256 - (2 ** (8 - Math.max(0, Math.min(8, prefixLength - (index * 8))))));
