import test from 'ava';
import {judge} from '../../../src/core/application/verdict.js';
import type {CheckResult} from '../../../src/core/model/check-result.js';
import {monoMs} from '../../../src/core/model/time.js';
import {check, settings} from './configs.js';
import {Machine} from './machine.js';

const upMachine = (): Machine => new Machine(settings({checks: [check('web', {rise: 2, fall: 3})]})).begin().reach('UP');

test('one bad result is not enough where three are asked for, but what the kernel told is', t => {
	const [web] = upMachine().state.checks;
	t.is(web!.verdict, 'up');
	const bad: CheckResult = {outcome: 'timeout', reason: 'no answer', tookMs: 1};
	const once = judge(web!, bad, monoMs(1));
	const twice = judge(once, bad, monoMs(2));
	t.deepEqual([once.verdict, twice.verdict, judge(twice, bad, monoMs(3)).verdict], ['up', 'up', 'down']);
	const dead = judge(web!, {outcome: 'down', reason: 'sh (pid 7) has died', tookMs: 0, isCertain: true}, monoMs(1));
	t.is(dead.verdict, 'down');
	t.is(dead.reason, 'sh (pid 7) has died');
});

test('one good result is never enough by itself', t => {
	const [web] = upMachine().state.checks;
	const down = judge(web!, {outcome: 'down', reason: 'dead', tookMs: 0, isCertain: true}, monoMs(1));
	t.is(judge(down, {outcome: 'up', reason: 'well', tookMs: 0, isCertain: true}, monoMs(2)).verdict, 'down');
});
