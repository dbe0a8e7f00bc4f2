/** The few calls of the C library that Node does not offer: network namespaces and packet sockets. */

import {getSystemErrorName} from 'node:util';
import koffi from 'koffi';

const libc = koffi.load('libc.so.6');

type Call = (...parameters: readonly unknown[]) => number;

const declare = (prototype: string): Call => libc.func(prototype) as Call;

const calls = {
	unshare: declare('int unshare(int flags)'),
	setns: declare('int setns(int fd, int type)'),
	socket: declare('int socket(int domain, int type, int protocol)'),
	bind: declare('int bind(int fd, const uint8_t *address, uint32_t length)'),
	send: declare('long send(int fd, const uint8_t *bytes, size_t length, int flags)'),
	recv: declare('long recv(int fd, uint8_t *bytes, size_t length, int flags)'),
	setsockopt: declare('int setsockopt(int fd, int level, int name, const uint8_t *value, uint32_t length)'),
	if_nametoindex: declare('uint32_t if_nametoindex(const char *name)'),
	close: declare('int close(int fd)'),
};

/** The call's result; throws with the errno's name when it is negative. */
export function libcCall(name: keyof typeof calls, ...parameters: readonly unknown[]): number {
	const result = calls[name](...parameters);
	if (result < 0) {
		throw Object.assign(new Error(`${name}: ${getSystemErrorName(-koffi.errno())}`), {code: getSystemErrorName(-koffi.errno())});
	}

	return result;
}
