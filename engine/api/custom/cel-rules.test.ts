import { describe, expect, test } from 'vitest';
import type { FieldError } from '../field-error.ts';
import { Path } from '../field-error.ts';
import type { JsonObject } from '../object.ts';
import type { ValidationRule } from '../types.gen.ts';
import { celDefinitionErrors } from './cel-definition.ts';
import { celErrors } from './cel-rules.ts';
import type { Schema } from './schema.ts';

const lines = (errors: readonly FieldError[]): readonly string[] => errors.map(({ field, message }) => `${field}: ${message}`);
const ruled = (properties: Readonly<Record<string, Schema>>, ...rules: readonly (string | ValidationRule)[]): Schema => ({
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties,
      'x-kubernetes-validations': rules.map((rule) => (typeof rule === 'string' ? { rule } : rule)),
    },
  },
});
const check = (schema: Schema, spec: JsonObject, old?: JsonObject): readonly string[] =>
  lines(celErrors({ spec }, schema, old && { spec: old }));
const defined = (schema: Schema): readonly string[] => lines(celDefinitionErrors(schema, new Path('schema')));
/** Only what is wrong, without the rule. */
const problems = (schema: Schema): readonly string[] =>
  defined(schema).map((line) => line.replace(/apiextensions\.ValidationRule\{.*?\(nil\)\}: /, ''));

const int: Schema = { type: 'integer' };
const text: Schema = { type: 'string' };
const numbers = { min: int, max: int, now: int };

describe('rules in CEL', () => {
  test('hold, or say which failed and why', () => {
    const schema = ruled(
      numbers,
      'self.min <= self.max',
      { rule: 'self.now >= self.min', message: 'now must be at least min' },
      {
        rule: 'self.now <= self.max',
        messageExpression: "'now %d is over max %d'.format([self.now, self.max])",
        fieldPath: '.now',
        reason: 'FieldValueForbidden',
      },
    );
    expect(defined(schema)).toEqual([]);
    expect(check(schema, { min: 1, max: 3, now: 2 })).toEqual([]);
    expect(check(schema, { min: 4, max: 3, now: 5 })).toEqual([
      'spec: Invalid value: "object": failed rule: self.min <= self.max',
      'spec.now: Forbidden: now 5 is over max 3',
    ]);
    expect(check(schema, { min: 1, max: 3, now: 0 })).toEqual(['spec: Invalid value: "object": now must be at least min']);
    expect(check(schema, { min: 1, now: 2 })).toEqual([
      'spec: Invalid value: "object": no such key: max evaluating rule: self.min <= self.max',
      'spec: Invalid value: "object": no such key: max evaluating rule: self.now <= self.max',
    ]);
  });

  test('about a change see the value before, where there is one', () => {
    const schema = ruled(
      { name: text, size: int },
      { rule: 'self.name == oldSelf.name', message: 'name is immutable' },
      { rule: 'oldSelf.hasValue() || self.size == 1', message: 'begins with one', optionalOldSelf: true },
    );
    expect(defined(schema)).toEqual([]);
    expect(check(schema, { name: 'a', size: 2 })).toEqual(['spec: Invalid value: "object": begins with one']);
    expect(check(schema, { name: 'a', size: 2 }, { name: 'a', size: 1 })).toEqual([]);
    expect(check(schema, { name: 'b', size: 1 }, { name: 'a', size: 1 })).toEqual(['spec: Invalid value: "object": name is immutable']);
  });

  test('do not refuse what was so before and has not changed', () => {
    const schema = ruled({
      part: { type: 'object', properties: numbers, 'x-kubernetes-validations': [{ rule: 'self.min <= self.max' }] },
      other: text,
    });
    const bad = { min: 2, max: 1 };
    expect(check(schema, { part: bad, other: 'b' }, { part: bad, other: 'a' })).toEqual([]);
    expect(check(schema, { part: { ...bad, now: 1 }, other: 'b' }, { part: bad, other: 'a' })).toHaveLength(1);
  });

  test('find the old item of a list by its keys', () => {
    const schema = ruled({
      ports: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
        items: {
          type: 'object',
          properties: { name: text, number: int },
          'x-kubernetes-validations': [{ rule: 'self.number >= oldSelf.number', message: 'may only grow' }],
        },
      },
    });
    expect(defined(schema)).toEqual([]);
    const before = {
      ports: [
        { name: 'a', number: 5 },
        { name: 'b', number: 7 },
      ],
    };
    expect(
      check(
        schema,
        {
          ports: [
            { name: 'b', number: 6 },
            { name: 'a', number: 6 },
          ],
        },
        before,
      ),
    ).toEqual(['spec.ports[0]: Invalid value: "object": may only grow']);
  });

  test('know Kubernetes’ own functions', () => {
    const schema = ruled(
      {
        url: text,
        memory: text,
        address: text,
        names: { type: 'array', items: text, maxItems: 5 },
        when: { type: 'string', format: 'date-time' },
      },
      "!has(self.url) || url(self.url).getHostname() == 'example.com'",
      "quantity(self.memory).isLessThan(quantity('2Gi'))",
      "!isIP(self.address) || cidr('10.0.0.0/8').containsIP(self.address)",
      'self.names.isSorted() && self.names.all(name, name.matches("^[a-z]+$"))',
      "self.?when.orValue(timestamp('2000-01-01T00:00:00Z')) < timestamp('2030-01-01T00:00:00Z')",
      "self.names.map(name, name.upperAscii()).join('-').find('[A-Z]+') != ''",
      'sets.contains(self.names, ["a"])',
    );
    expect(problems(schema)).toEqual([]);
    const good = { url: 'https://example.com:8080/a?b=c', memory: '1500Mi', address: '10.1.2.3', names: ['a', 'b'] };
    expect(check(schema, good)).toEqual([]);
    expect(
      check(schema, { ...good, url: 'http://a.b', memory: '3Gi', address: '11.0.0.1', names: ['b', 'a'], when: '2031-01-01T00:00:00Z' }),
    ).toHaveLength(5);
  });

  test('are refused where they name what is not there, do not fit, or give no answer', () => {
    expect(problems(ruled(numbers, 'self.min < self.mx'))).toEqual([
      "schema.properties[spec].x-kubernetes-validations[0].rule: Invalid value: compilation failed: ERROR: <input>:1:16: undefined field 'mx'\n | self.min < self.mx\n | ...............^",
    ]);
    expect(problems(ruled(numbers, "self.min < 'a'"))[0]).toContain(
      "ERROR: <input>:1:10: found no matching overload for '_<_' applied to '(int, string)'\n | self.min < 'a'\n | .........^",
    );
    expect(problems(ruled(numbers, 'self.min + 1'))[0]).toContain('cel expression must evaluate to a bool');
    expect(problems(ruled(numbers, 'self.min <'))[0]).toContain('Syntax error');
    expect(problems(ruled(numbers, 'this.min < 1'))[0]).toContain("undeclared reference to 'this' (in container '')");
    expect(problems(ruled(numbers, { rule: 'true', messageExpression: '1' }))[0]).toContain('messageExpression must evaluate to a string');
    expect(problems(ruled(numbers, { rule: 'true', optionalOldSelf: true }))[0]).toContain('may not be set if oldSelf is not used in rule');
    expect(problems(ruled(numbers, { rule: 'true', fieldPath: '.none' }))[0]).toContain('must be a valid path');
    const list: Schema = {
      type: 'array',
      maxItems: 5,
      items: { ...text, maxLength: 10, 'x-kubernetes-validations': [{ rule: 'self == oldSelf' }] },
    };
    expect(problems(ruled({ list })).at(-1)).toContain(
      'oldSelf cannot be used on the uncorrelatable portion of the schema within schema.properties[spec].properties[list]',
    );
  });

  test('are refused where they could cost too much, and stopped where they do', () => {
    const list = (maxItems?: number): Schema => ({ type: 'array', items: int, ...(maxItems ? { maxItems } : {}) });
    const rule = 'self.list.all(x, self.list.all(y, x == y))';
    expect(defined(ruled({ list: list() }, rule))[0]).toBe(
      'schema.properties[spec].x-kubernetes-validations[0].rule: Forbidden: estimated rule cost exceeds budget by factor of more than 100x (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)',
    );
    expect(defined(ruled({ list: list(100) }, rule))).toEqual([]);
    const [stopped] = check(ruled({ list: list() }, rule), { list: Array.from({ length: 3000 }, () => 1) });
    expect(stopped).toContain("'operation cancelled: actual cost limit exceeded': no further validation rules will be run");
  });

  test('reach names that CEL cannot spell', () => {
    const schema = ruled(
      { 'a-b': int, namespace: text, c__d: int },
      "self.a__dash__b == 1 && self.__namespace__ == 'x' && self.c__underscores__d == 2",
    );
    expect(problems(schema)).toEqual([]);
    expect(check(schema, { 'a-b': 1, namespace: 'x', c__d: 2 })).toEqual([]);
  });
});
