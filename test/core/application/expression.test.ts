import test from 'ava';
import fc from 'fast-check';
import {
	evaluateExpression, expressionCharactersMax, expressionNames, parseExpression, type Expression, type Verdict,
} from '../../../src/core/application/expression.js';

function parsed(text: string): Expression {
	const result = parseExpression(text);
	if (!('expression' in result)) {
		throw new Error(`${result.at}: ${result.message}`);
	}

	return result.expression;
}

/** Every part in parentheses. */
const shape = (expression: Expression): string => {
	switch (expression.kind) {
		case 'name': {
			return expression.name;
		}

		case 'not': {
			return `(not ${shape(expression.of)})`;
		}

		case 'and':
		case 'or': {
			return `(${shape(expression.left)} ${expression.kind} ${shape(expression.right)})`;
		}
	}
};

const binds = test.macro((t, text: string, expected: string) => {
	t.is(shape(parsed(text)), expected);
});

test('a name', binds, 'web', 'web');
test('not', binds, 'web and not db', '(web and (not db))');
test('and before or', binds, 'a or b and c or d', '((a or (b and c)) or d)');
test('parentheses', binds, '(a or b) and(c)', '((a or b) and c)');
test('not before and', binds, 'not a and b', '((not a) and b)');
test('not of not', binds, ' not\tnot  (a) ', '(not (not a))');
test('names with dots, hyphens and words in them', binds, 'and-1 or not.a or a_or', '((and-1 or not.a) or a_or)');

const fails = test.macro((t, text: string, at: number, message: RegExp) => {
	const result = parseExpression(text);
	t.true('message' in result);
	if (!('message' in result)) {
		return;
	}

	t.is(result.at, at);
	t.regex(result.message, message);
});

test('nothing', fails, '', 0, /found the end$/u);
test('an end too early', fails, 'web and', 7, /found the end$/u);
test('two names', fails, 'web db', 4, /expected and, or, or the end, found 'db'/u);
test('a word for a name', fails, 'web and or db', 8, /found 'or'/u);
test('not alone', fails, 'not', 3, /found the end$/u);
test('not closed', fails, 'a and (b or c', 6, /not closed/u);
test('closed twice', fails, '(a))', 3, /closes none/u);
test('empty parentheses', fails, 'a or ()', 6, /found '\)'/u);
test('two names in parentheses', fails, '(a b)', 3, /closing parenthesis, found 'b'/u);
test('only the first failure', fails, '(a b) or ) (', 3, /found 'b'/u);
test('too long', fails, 'a'.repeat(expressionCharactersMax + 1), expressionCharactersMax, /longer/u);

test('names in the order of the text, each once', t => {
	t.deepEqual(expressionNames(parsed('b and (a or not b) or c')).map(({name, at}) => [name, at]), [['b', 0], ['a', 7], ['c', 22]]);
});

test('three values', t => {
	const rows: ReadonlyArray<readonly [Verdict, Verdict, Verdict, Verdict]> = [
		['up', 'up', 'up', 'up'], ['up', 'down', 'down', 'up'], ['up', 'unknown', 'unknown', 'up'],
		['down', 'up', 'down', 'up'], ['down', 'down', 'down', 'down'], ['down', 'unknown', 'down', 'unknown'],
		['unknown', 'up', 'unknown', 'up'], ['unknown', 'down', 'down', 'unknown'], ['unknown', 'unknown', 'unknown', 'unknown'],
	];
	for (const [a, b, both, either] of rows) {
		const verdictOf = (name: string): Verdict => name === 'a' ? a : b;
		t.is(evaluateExpression(parsed('a and b'), verdictOf), both, `${a} and ${b}`);
		t.is(evaluateExpression(parsed('a or b'), verdictOf), either, `${a} or ${b}`);
	}

	t.deepEqual((['up', 'down', 'unknown'] as const).map(a => evaluateExpression(parsed('not a'), () => a)), ['down', 'up', 'unknown']);
});

test('an unknown check matters exactly where its verdict would', t => {
	const expression = fc.letrec<{any: string}>(tie => ({
		any: fc.oneof({maxDepth: 5}, fc.constantFrom('a', 'b', 'c'), fc.tuple(tie('any'), fc.constantFrom('and', 'or'), tie('any')).map(parts => `(${parts.join(' ')})`), tie('any').map(text => `not ${text}`)),
	})).any;
	fc.assert(fc.property(expression, fc.constantFrom('up', 'down'), fc.constantFrom('up', 'down'), (text, a, b) => {
		fc.pre(text.length <= expressionCharactersMax);
		const withC = (c: Verdict): Verdict => evaluateExpression(parsed(text), name => ({a, b, c})[name as 'a' | 'b' | 'c']);
		const isC = withC('unknown');
		t.true(withC('up') === withC('down') ? isC === withC('up') || isC === 'unknown' : isC === 'unknown', text);
	}));
});

test('parsing never throws, and points into the text', t => {
	const piece = fc.constantFrom('a', 'web', 'and', 'or', 'not', '(', ')', ' ', '\n', '\u{0}', '-', '\u{D800}');
	fc.assert(fc.property(fc.oneof(fc.string(), fc.array(piece, {maxLength: 400}).map(pieces => pieces.join(' ')), fc.constantFrom('('.repeat(1000), 'not '.repeat(250))), text => {
		const result = parseExpression(text);
		t.true('expression' in result || (result.at >= 0 && result.at <= text.length));
	}));
});
