import { expect, test } from 'vitest';
import { overlap, parseRange, parseRoutes } from './subnets.ts';

test.each([
  ['10.244.0.0/16', '10.244.3.0/24', true],
  ['10.244.0.0/16', '10.245.0.0/16', false],
  ['10.0.0.0/8', '10.244.0.0/16', true],
  ['10.244.255.254/16', '10.244.0.1/32', true],
  ['192.168.0.0/17', '192.168.128.0/17', false],
  ['255.255.255.255/32', '0.0.0.0/0', true],
])('%s and %s overlap: %s', (a, b, expected) => {
  const [left, right] = [parseRange(a), parseRange(b)];
  expect(left && right && overlap(left, right)).toBe(expected);
});

test.each(['fe80::1/64', 'nonsense', '10.0.0.0/33', '300.1.1.1/8', ''])('%j is no IPv4 range', (text) => {
  expect(parseRange(text)).toBeUndefined();
});

test("the kernel's routes are read without the default route", () => {
  const table = [
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
    'eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
    'tun0\t0000F40A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
    '',
  ].join('\n');
  expect(parseRoutes(table)).toEqual([parseRange('10.244.0.0/16')]);
});
