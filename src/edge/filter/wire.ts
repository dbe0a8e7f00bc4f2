/** Numbers of nfnetlink's nf_tables subsystem, by the names of `include/uapi/linux/netfilter/nf_tables.h` and `nfnetlink.h`. */

import type {TableFamily} from '../../core/ruleset/model.js';
import {u32be as u32beAttribute} from '../netlink/attribute.js';
import type {NetlinkRequest} from '../netlink/message.js';

const subsystem = 10;

/** NFPROTO_INET, NFPROTO_ARP, NFPROTO_NETDEV, NFPROTO_IPV4, NFPROTO_IPV6. */
export const familyNumbers: Readonly<Record<TableFamily, number>> = {inet: 1, arp: 3, netdev: 5, ip: 2, ip6: 10};

/** Of the families that the farm's own tables are of. */
export const familyFrom = (number: number): TableFamily | undefined => (['inet', 'arp', 'netdev'] as const).find(family => familyNumbers[family] === number);

/** NFNLGRP_NFTABLES. */
export const noticesGroup = 7;

const message = (number: number): number => (subsystem * 256) + number;

export const messages = {
	newTable: message(0), getTable: message(1), deleteTable: message(2),
	newChain: message(3), getChain: message(4), deleteChain: message(5),
	newRule: message(6), getRule: message(7), deleteRule: message(8),
	newSet: message(9), getSet: message(10), deleteSet: message(11),
	newElement: message(12), getElement: message(13), deleteElement: message(14), newGeneration: message(15), getGeneration: message(16),
	newObject: message(18), getObject: message(19), deleteObject: message(20),
} as const;

export const batchMessages = {begin: 16, end: 17} as const;

export const tableAttributes = {name: 1, flags: 2, owner: 7} as const;
export const chainAttributes = {table: 1, name: 3, hook: 4, policy: 5, type: 7} as const;
export const hookAttributes = {number: 1, priority: 2, device: 3, devices: 4} as const;
export const deviceAttributes = {name: 1} as const;
export const ruleAttributes = {table: 1, chain: 2, expressions: 4} as const;
export const setAttributes = {table: 1, name: 2, flags: 3, keyType: 4, keyLength: 5, dataType: 6, dataLength: 7, description: 9, id: 10, userdata: 13} as const;
export const setDescriptionAttributes = {size: 1} as const;
export const elementListAttributes = {table: 1, set: 2, elements: 3} as const;
export const elementAttributes = {key: 1, data: 2, flags: 3, timeout: 4, expiration: 5} as const;
export const generationAttributes = {id: 1, processId: 2, processName: 3} as const;
export const objectAttributes = {table: 1, name: 2, type: 3, data: 4} as const;
export const counterAttributes = {bytes: 1, packets: 2} as const;
export const listElement = 1;
export const expressionAttributes = {name: 1, data: 2} as const;
export const dataAttributes = {value: 1, verdict: 2} as const;
export const verdictAttributes = {code: 1, chain: 2} as const;

export const setFlags = {isMap: 0x8, hasTimeout: 0x10} as const;

/** The table belongs to the socket that made it, and stays when that socket is gone. */
export const tableFlags = {owner: 0x2, persist: 0x4} as const;

/** NFT_DATA_VERDICT. */
export const verdictDataType = 0xFF_FF_FF_00;

/** NFT_OBJECT_COUNTER. */
export const counterObject = 1;

/** NF_DROP, NF_ACCEPT, NFT_GOTO. */
export const verdictCodes = {drop: 0, accept: 1, goto: -4} as const;

/** `struct nfgenmsg`: family, version, resource id in network order. */
export const header = (family: number, resource = 0): Buffer => Buffer.of(family, 0, Math.floor(resource / 256), resource % 256);

export const headerBytes = 4;

/** A message of the subsystem with its attributes. */
export const nftRequest = (type: number, family: TableFamily, flags: number, attributes: readonly Uint8Array[]): NetlinkRequest => ({
	type,
	flags,
	payload: Buffer.concat([header(familyNumbers[family]), ...attributes]),
});

/** What frames a transaction of nf_tables. */
export const batchFrame = {
	begin: {type: batchMessages.begin, payload: header(0, subsystem)},
	end: {type: batchMessages.end, payload: header(0, subsystem)},
} as const;

export const i32be = (type: number, value: number): Buffer => u32beAttribute(type, value);
