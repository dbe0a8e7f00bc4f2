import {chmod, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {checkFarm} from '../../../src/edge/config/load.js';
import {loadHeaders, loadPassword} from '../../../src/edge/config/load-secrets.js';
import {privateBytesMax} from '../../../src/edge/config/private-file.js';
import type {ConfigFailure} from '../../../src/errors.js';

async function fileWith(t: ExecutionContext, text: string, mode = 0o600): Promise<string> {
	const folder = await mkdtemp(path.join(tmpdir(), 'farmctl-secrets-'));
	t.teardown(async () => rm(folder, {recursive: true}));
	const file = path.join(folder, 'secret');
	await writeFile(file, text);
	await chmod(file, mode);
	return file;
}

test('the password is the first line', async t => {
	t.is(await loadPassword(await fileWith(t, 'a b#c\r\nmore\n')), 'a b#c');
	t.is(await loadPassword(await fileWith(t, 'alone', 0o400)), 'alone');
});

test('headers by their names', async t => {
	t.deepEqual(await loadHeaders(await fileWith(t, '# who we are\nAuthorization: Bearer a:b c\t\r\n\nX-Farm :web\nX-Empty:\n')), {Authorization: 'Bearer a:b c', 'X-Farm': 'web', 'X-Empty': ''});
	t.deepEqual(await loadHeaders(await fileWith(t, '')), {});
});

const refused = test.macro(async (t, load: (file: string) => Promise<unknown>, text: string, mode: number, message: RegExp, hint: RegExp) => {
	const file = await fileWith(t, text, mode);
	const failure = await t.throwsAsync<ConfigFailure>(load(file));
	t.regex(failure.message, message);
	t.regex(failure.hint!, hint);
	t.is(failure.exitCode, 3);
	t.true(failure.message.includes(file));
	t.false(failure.message.includes('geheim') || failure.hint!.includes('geheim'), 'a secret is told');
});

test('a password that others can read', refused, loadPassword, 'geheim', 0o640, /others than its owner can use the password file .* \(mode 0640\)/u, /^chmod 600 /u);
test('an empty password', refused, loadPassword, '\ngeheim', 0o600, /first line .* is empty/u, /password stands there/u);
test('a password without end', refused, loadPassword, 'geheim'.repeat(200), 0o600, /longer than 1000 characters/u, /nothing else/u);
test('headers that others can change', refused, loadHeaders, 'A: geheim', 0o602, /others than its owner can use the headers file .* \(mode 0602\)/u, /^chmod 600 /u);
test('a line that is no header', refused, loadHeaders, 'A: b\nBearer geheim\n', 0o600, /^line 2 of the headers file .* is not NAME: VALUE$/u, /^such as /u);
test('a header that would begin another', refused, loadHeaders, 'A: b\rgeheim: c\n', 0o600, /^line 1 of the headers file/u, /^such as /u);
test('a file that cannot be one', refused, loadHeaders, 'geheim\n'.repeat(Math.ceil(privateBytesMax / 6)), 0o600, /larger than 65536 bytes/u, /check the path/u);

test('no file, and a folder', async t => {
	const file = await fileWith(t, 'x');
	await t.throwsAsync(loadPassword(`${file}.not`), {message: /^there is no password file '.*\.not'$/u});
	await t.throwsAsync(loadHeaders(path.dirname(file)), {message: /^the headers file '.*' is not a file$/u});
});

test('a configuration is checked with its files: each problem where the file is named', async t => {
	const password = await fileWith(t, 'geheim\n', 0o644);
	const config = path.join(path.dirname(password), 'farm.yaml');
	const text = `farm: web
nodes: {web1: {id: 1, addresses: [192.0.2.1]}}
vips: [{address: 192.0.2.9/24, interface: eth0}]
rules: [{vip: 192.0.2.9, protocol: tcp}]
key-file: ${password}
notify:
  webhook:
    url: https://example.org/
    headers-file: /nowhere/headers
  mail:
    {server: localhost, from: a@example.org, to: [b@example.org], user: a, password-file: ${password}}
`;
	const {problems} = (await t.throwsAsync<ConfigFailure>(checkFarm(text, config)));
	t.deepEqual((problems as Array<{path: string; line: number; column: number}>).map(problem => [problem.path, problem.line, problem.column]), [
		['key-file', 5, 11], ['notify.webhook.headers-file', 9, 19], ['notify.mail.password-file', 11, 91],
	]);
});
