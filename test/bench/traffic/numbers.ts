/** Many numbers in a line of JSON. */

import {Buffer} from 'node:buffer';

export const base64Of = ({buffer, byteOffset, byteLength}: Uint32Array | Float64Array): string => Buffer.from(buffer, byteOffset, byteLength).toString('base64');

export const numbersOf = (base64: string): Uint32Array => new Uint32Array(bytesOf(base64));

export const timesOf = (base64: string): Float64Array => new Float64Array(bytesOf(base64));

const bytesOf = (base64: string): ArrayBuffer => Uint8Array.from(Buffer.from(base64, 'base64')).buffer;
