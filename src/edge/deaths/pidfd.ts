/**
Deaths through pidfds (Linux 5.3): the kernel makes one readable when its process has ended, and one epoll instance waits for all of them, off the event loop,
in a call that takes a thread of libuv's pool while there is something to watch. The connector of process events would do as well, but it is deaf in every
network namespace but the first.

A call that waits cannot be interrupted, and whoever ends this thread waits for it: so it never waits longer than `waitMsMax`, and `close` wakes it at once.
*/

import {Buffer} from 'node:buffer';
import {constants} from 'node:os';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import {getSystemErrorName} from 'node:util';
import {SystemFailure} from '../../errors.js';
import {loadLibc, type NativeCall, type NativeCallApart} from '../native/libc.js';
import type {Deaths} from './port.js';

/** A thread that is ended without `close` lives on for so long at most. */
export const waitMsMax = 1000;

/** After a call that failed. */
const failedMs = 100;

/** Of one call. */
const eventsMax = 64;

/** `asm-generic/unistd.h`; the same number on every machine that Node runs on. */
const pidfdOpenNumber = 434;

const closeOnExec = 0o200_0000;
const operations = {add: 1, remove: 2} as const;
const pollIn = 1;

/** `struct epoll_event` of `linux/eventpoll.h`: packed on x86-64 alone. */
const layout = process.arch === 'x64' ? {bytes: 12, data: 4} : {bytes: 16, data: 8};

type Calls = Readonly<Record<'pidfdOpen' | 'epollCreate' | 'epollControl' | 'eventfd' | 'write' | 'close', NativeCall>> & {readonly epollWait: NativeCallApart};

/** Loads what watching needs. Rejects with a SystemFailure when koffi or pidfds cannot be had. */
export async function openDeaths(): Promise<Deaths> {
	const declare = await loadLibc('noticing the death of a process', 'have processes checked each interval');
	const calls: Calls = {
		pidfdOpen: declare('long syscall(long number, long pid, long flags)'),
		epollCreate: declare('int epoll_create1(int flags)'),
		epollControl: declare('int epoll_ctl(int epoll, int operation, int fd, const void *event)'),
		epollWait: declare.apart('int epoll_wait(int epoll, uint8_t *events, int count, int timeoutMs)'),
		eventfd: declare('int eventfd(unsigned int value, int flags)'),
		write: declare('long write(int fd, const void *bytes, unsigned long length)'),
		close: declare('int close(int fd)'),
	};
	calls.close(must('pidfd_open', calls.pidfdOpen(pidfdOpenNumber, process.pid, 0)));
	const epoll = must('epoll_create1', calls.epollCreate(closeOnExec));
	const waker = must('eventfd', calls.eventfd(0, closeOnExec));
	must('epoll_ctl', calls.epollControl(epoll, operations.add, waker, event(waker)));
	return watchDeaths(calls, epoll, waker);
}

function must(what: string, result: number): number {
	if (result < 0) {
		throw new SystemFailure(`cannot watch processes: ${what}: ${getSystemErrorName(result)}`, {hint: 'pidfds need Linux 5.3; without them a death is noticed by the next probe'});
	}

	return result;
}

type Watch = {readonly died: () => void};

function watchDeaths(calls: Calls, epoll: number, waker: number): Deaths {
	const watches = new Map<number, Watch>();
	const found = Buffer.alloc(layout.bytes * eventsMax);
	let waiting: Promise<void> | undefined;
	let isClosed = false;

	const forget = (fd: number): void => {
		if (!watches.delete(fd)) {
			return;
		}

		calls.epollControl(epoll, operations.remove, fd, event(fd));
		calls.close(fd);
	};

	const wait = async (): Promise<void> => {
		while (watches.size > 0) {
			// eslint-disable-next-line no-await-in-loop -- one call at a time: they share the buffer
			const count = await calls.epollWait(epoll, found, eventsMax, waitMsMax);
			for (const fd of descriptors(found, count)) {
				const watch = watches.get(fd);
				forget(fd);
				watch?.died();
			}

			if (count < 0) {
				// eslint-disable-next-line no-await-in-loop -- a signal, or a kernel that refuses: neither may take the processor
				await sleep(failedMs);
			}
		}

		waiting = undefined;
	};

	return {
		watch(pid, died) {
			const fd = isClosed ? -constants.errno.EBADF : calls.pidfdOpen(pidfdOpenNumber, pid, 0);
			if (fd < 0) {
				return fd === -constants.errno.ESRCH ? soon(died) : () => undefined;
			}

			const watch = {died};
			watches.set(fd, watch);
			calls.epollControl(epoll, operations.add, fd, event(fd));
			waiting ??= wait();
			return () => {
				// The number may be another watch's by now.
				if (watches.get(fd) === watch) {
					forget(fd);
				}
			};
		},
		async close() {
			if (isClosed) {
				return;
			}

			isClosed = true;
			for (const fd of watches.keys()) {
				forget(fd);
			}

			calls.write(waker, oneEvent, oneEvent.length);
			await waiting;
			calls.close(waker);
			calls.close(epoll);
		},
	};
}

function soon(call: () => void): () => void {
	const timer = setImmediate(call);
	return () => {
		clearImmediate(timer);
	};
}

const descriptors = (events: Buffer, count: number): number[] =>
	Array.from({length: Math.max(0, count)}, (_, index) => events.readInt32LE((index * layout.bytes) + layout.data));

/** The counter's eight bytes, in the machine's own order: any number wakes. */
const oneEvent = Buffer.alloc(8, 1);

function event(fd: number): Buffer {
	const bytes = Buffer.alloc(layout.bytes);
	bytes.writeUInt32LE(pollIn, 0);
	bytes.writeInt32LE(fd, layout.data);
	return bytes;
}
