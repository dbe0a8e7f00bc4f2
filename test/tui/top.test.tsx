import test from 'ava';
import {cleanup, render} from 'ink-testing-library';
import type {Status} from '../../src/core/status/status.js';
import {Top} from '../../src/tui/Top.js';
import type {TopSource} from '../../src/tui/use-top.js';
import {healthy, oneDead} from '../core/status/samples.js';

type Screen = ReturnType<typeof render>;

const frame = (screen: Screen): string => (screen.lastFrame() ?? '').replaceAll(/\u{1B}\[[\d;]*m/gu, '');

/** Resolves with the first frame that matches. */
const shown = async (screen: Screen, pattern: RegExp): Promise<string> => {
	while (!pattern.test(frame(screen))) {
		// The test's own timeout ends this when the frame never comes.
		await new Promise(resolve => {
			setTimeout(resolve, 5);
		});
	}

	return frame(screen);
};

const sourceOf = (read: () => Promise<Status>): TopSource => ({read, nowMs: () => performance.now(), intervalMs: 20});

test.afterEach.always(() => {
	cleanup();
});

test.serial('asks, draws, and follows what changes', async t => {
	let status = healthy;
	const screen = render(<Top source={sourceOf(async () => status)}/>);
	t.regex(await shown(screen, /web healthy/u), /web3 {2}UP {5}█/u);
	status = oneDead;
	t.regex(await shown(screen, /web degraded/u), /web2 {2}DEAD/u);
});

test.serial('goes on asking when the daemon does not answer, and recovers', async t => {
	let isGone = false;
	const screen = render(<Top source={sourceOf(async () => {
		if (isGone) {
			throw new Error('no daemon answers');
		}

		return healthy;
	})}/>);
	await shown(screen, /web healthy/u);
	isGone = true;
	t.regex(await shown(screen, /daemon not answering, last seen \d+ s ago/u), /web was healthy/u);
	isGone = false;
	await shown(screen, /web healthy/u);
});

test.serial('says why before the first answer', async t => {
	const screen = render(<Top source={sourceOf(async () => {
		throw new Error('no daemon answers on /run/farmctl/control.sock');
	})}/>);
	t.regex(await shown(screen, /no daemon/u), /no daemon answers on \/run\/farmctl\/control.sock/u);
});

test.serial('asks one question at a time', async t => {
	let open = 0;
	let most = 0;
	let asked = 0;
	const screen = render(<Top source={sourceOf(async () => {
		open++;
		asked++;
		most = Math.max(most, open);
		await new Promise(resolve => {
			setTimeout(resolve, 50);
		});
		open--;
		return {...healthy, farm: `asked${asked}`};
	})}/>);
	await shown(screen, /asked3/u);
	t.is(most, 1);
});

test.serial('keys: help and back', async t => {
	const screen = render(<Top source={{...sourceOf(async () => healthy), first: healthy}}/>);
	await shown(screen, /web healthy/u);
	screen.stdin.write('?');
	t.notRegex(await shown(screen, /show or hide this help/u), /web2/u);
	screen.stdin.write('?');
	await shown(screen, /web2/u);
	t.pass();
});
