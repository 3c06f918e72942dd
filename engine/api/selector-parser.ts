/**
 * Reads the string form of label selectors: `app=web,tier in (a,b),!old,version>3`. One token list, one pass, upstream's messages.
 * Upstream: the lexer and parser of k8s.io/apimachinery/pkg/labels/selector.go.
 */
import { labelKeyProblems } from './label-syntax.ts';
import { byKey, type Requirement, requirement, type Selector, SelectorError, type SelectorOperator } from './selector.ts';

type TokenType = 'identifier' | 'operator' | '!' | '(' | ')' | ',' | 'end' | 'error';
interface Token {
  readonly type: TokenType;
  readonly text: string;
}

const end: Token = { type: 'end', text: '' };
/** `in` and `notin` are operators only where an operator is due: `x in (in)`. */
const binaryOperators: ReadonlySet<string> = new Set(['in', 'notin', '=', '==', '!=', '>', '<']);
const isOperator = (text: string): text is SelectorOperator => binaryOperators.has(text);

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const [piece] of text.matchAll(/==|!=|[=!(),><]|[^=!(),><\s]+/g)) {
    if (piece === '!' || piece === '(' || piece === ')' || piece === ',') tokens.push({ type: piece, text: piece });
    else tokens.push({ type: /^[=!><]/.test(piece) ? 'operator' : 'identifier', text: piece });
  }
  tokens.push(end);
  return tokens;
}

interface Cursor {
  readonly tokens: readonly Token[];
  position: number;
}
const peek = ({ tokens, position }: Cursor): Token => tokens[position] ?? end;
function take(cursor: Cursor): Token {
  const token = peek(cursor);
  cursor.position += 1;
  return token;
}
function unexpected(token: Token, expected: string): SelectorError {
  return new SelectorError(`found '${token.text}'${expected}`);
}

/** Throws a SelectorError with upstream's message. The empty string selects everything. */
export function parseSelector(text: string): Selector {
  const cursor: Cursor = { tokens: tokenize(text), position: 0 };
  const requirements: Requirement[] = [];
  while (peek(cursor).type !== 'end') {
    const first = peek(cursor);
    if (first.type !== 'identifier' && first.type !== '!') throw unexpected(first, ", expected: !, identifier, or 'end of string'");
    requirements.push(readRequirement(cursor));
    const separator = take(cursor);
    if (separator.type === 'end') break;
    if (separator.type !== ',') throw unexpected(separator, ", expected: ',' or 'end of string'");
    const next = peek(cursor);
    if (next.type !== 'identifier' && next.type !== '!') throw unexpected(next, ", expected: identifier after ','");
  }
  return byKey(requirements);
}

function readRequirement(cursor: Cursor): Requirement {
  try {
    const isAbsent = peek(cursor).type === '!';
    if (isAbsent) take(cursor);
    const key = take(cursor);
    if (key.type !== 'identifier') throw unexpected(key, ', expected: identifier');
    const problems = labelKeyProblems(key.text);
    if (problems.length > 0) throw new SelectorError(`<nil>: Invalid value: ${JSON.stringify(key.text)}: ${problems.join('; ')}`);
    if (isAbsent) return requirement(key.text, '!', []);
    const { type } = peek(cursor);
    if (type === 'end' || type === ',') return requirement(key.text, 'exists', []);
    const operator = take(cursor);
    if (!isOperator(operator.text)) throw unexpected(operator, ', expected: in, notin, =, ==, !=, gt, lt');
    const isSet = operator.text === 'in' || operator.text === 'notin';
    return requirement(key.text, operator.text, isSet ? readSet(cursor) : [readValue(cursor)]);
  } catch (error) {
    if (error instanceof SelectorError) throw new SelectorError(`unable to parse requirement: ${error.message}`);
    throw error;
  }
}

function readValue(cursor: Cursor): string {
  const { type } = peek(cursor);
  if (type === 'end' || type === ',') return '';
  const token = take(cursor);
  if (token.type !== 'identifier') throw unexpected(token, ', expected: identifier');
  return token.text;
}

/** `(a,b)`; an empty place, as in `(a,)` and `()`, is the empty value. */
function readSet(cursor: Cursor): readonly string[] {
  const open = take(cursor);
  if (open.type !== '(') throw unexpected(open, " expected: '('");
  const values = new Set<string>();
  if (!['identifier', ',', ')'].includes(peek(cursor).type)) throw unexpected(peek(cursor), ", expected: ',', ')' or identifier");
  for (;;) {
    const token = peek(cursor);
    if (token.type === 'identifier') values.add(take(cursor).text);
    else if (token.type === ',' || token.type === ')') values.add('');
    else throw unexpected(token, ", expected: ',', or identifier");
    const separator = take(cursor);
    if (separator.type === ')') return [...values].sort();
    if (separator.type !== ',') throw unexpected(separator, ", expected: ',' or ')'");
  }
}
