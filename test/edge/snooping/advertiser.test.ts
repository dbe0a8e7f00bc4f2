import test from 'ava';
import {
	advertisementIntervalMaxSeconds, advertisementIntervalMinSeconds, initialAdvertisementsCount, initialIntervalMaxSeconds, nextAdvertisementMs,
	scheduleAdvertisements,
} from '../../../src/edge/snooping/advertiser.js';
import type {DiscoveryMessage} from '../../../src/edge/snooping/messages.js';

const advertiser = (): {sent: DiscoveryMessage[]} & ReturnType<typeof scheduleAdvertisements> => {
	const sent: DiscoveryMessage[] = [];
	const send = (message: DiscoveryMessage): void => {
		sent.push(message);
	};

	return {sent, ...scheduleAdvertisements({send, random: () => 0.5})};
};

test('the first goes out at once, and a second start changes nothing', t => {
	const {start, close, sent} = advertiser();
	start();
	start();
	t.deepEqual(sent, ['advertisement']);
	close();
});

test('stop says so, once; close says nothing', t => {
	const first = advertiser();
	first.start();
	first.stop();
	first.stop();
	t.deepEqual(first.sent, ['advertisement', 'termination']);
	const second = advertiser();
	second.start();
	second.close();
	second.stop();
	t.deepEqual(second.sent, ['advertisement']);
});

test('what was stopped starts anew', t => {
	const {start, stop, sent} = advertiser();
	start();
	stop();
	start();
	t.deepEqual(sent, ['advertisement', 'termination', 'advertisement']);
	stop();
});

test('the first ones follow quickly, the others within the interval', t => {
	for (let count = 1; count < initialAdvertisementsCount; count++) {
		t.is(nextAdvertisementMs(count, 0.999), 1000 * initialIntervalMaxSeconds);
	}

	t.is(nextAdvertisementMs(initialAdvertisementsCount, 0), 1000 * advertisementIntervalMinSeconds);
	t.is(nextAdvertisementMs(1000, 1), 1000 * advertisementIntervalMaxSeconds);
});
