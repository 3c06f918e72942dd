import { describe, expect, it } from 'vitest';
import { readArguments, usage } from './arguments.ts';

const defaults = {
  name: 'minato',
  nodes: undefined,
  driver: undefined,
  data: undefined,
  kubeconfig: undefined,
  port: undefined,
  json: false,
};

describe('the command line', () => {
  it.each([
    [[], { command: 'help' }],
    [['help'], { command: 'help' }],
    [['--help'], { command: 'help' }],
    [['up', '-h'], { command: 'help' }],
    [['version'], { command: 'version' }],
    [['up'], { command: 'up' }],
    [['up', '--name', 'shop'], { command: 'up', name: 'shop' }],
    [['--name=shop', 'up'], { command: 'up', name: 'shop' }],
    [['up', '--nodes', '1'], { command: 'up', nodes: 1 }],
    [['up', '--nodes', '5000'], { command: 'up', nodes: 5000 }],
    [['up', '--driver', 'docker'], { command: 'up', driver: 'docker' }],
    [['up', '--driver', 'simulated'], { command: 'up', driver: 'simulated' }],
    [['up', '--data', '/tmp/a b'], { command: 'up', data: '/tmp/a b' }],
    [['up', '--kubeconfig', 'config'], { command: 'up', kubeconfig: 'config' }],
    [['serve', '--port', '0'], { command: 'serve', port: 0 }],
    [['serve', '--port', '65535'], { command: 'serve', port: 65_535 }],
    [['status', '--json'], { command: 'status', json: true }],
    [['stop', '--name', 'a'], { command: 'stop', name: 'a' }],
    [['delete', '--name', 'a', '--json'], { command: 'delete', name: 'a', json: true }],
  ] as const)('reads %j', (words, expected) => {
    expect(readArguments(words)).toEqual({ ...defaults, ...expected });
  });

  const refused: readonly (readonly [words: readonly string[], field: string, value: string, message: string])[] = [
    [['fly'], 'command', 'fly', 'There is no command "fly". Commands: up, serve, status, stop, delete, help, version.'],
    [['constructor'], 'command', 'constructor', 'There is no command "constructor".'],
    [['up', 'now', 'please'], 'command', 'now please', 'up takes no further words: now please.'],
    [['up', '--nodes', '0'], 'nodes', '0', '--nodes: "0" is not a whole number from 1 to 5000.'],
    [['up', '--nodes', '5001'], 'nodes', '5001', '--nodes: "5001" is not'],
    [['up', '--nodes', '1.5'], 'nodes', '1.5', '--nodes: "1.5" is not'],
    [['up', '--nodes', '1e3'], 'nodes', '1e3', '--nodes: "1e3" is not'],
    [['up', '--nodes', ''], 'nodes', '', '--nodes: "" is not'],
    [['up', '--nodes=-1'], 'nodes', '-1', '--nodes: "-1" is not'],
    [['serve', '--port', '65536'], 'port', '65536', '--port: "65536" is not a whole number from 0 to 65535.'],
    [['serve', '--port', 'http'], 'port', 'http', '--port: "http" is not'],
    [['up', '--driver', 'podman'], 'driver', 'podman', '--driver: "podman" is not a driver. Use docker or simulated.'],
    [['up', '--driver', ''], 'driver', '', '--driver: "" is not a driver.'],
    [['up', '--wings'], 'command', 'up --wings', "Unknown option '--wings'. See: minato help"],
    [['up', '--json=yes'], 'command', 'up --json=yes', "Option '--json' does not take an argument. See: minato help"],
    [['up', '--name'], 'command', 'up --name', "Option '--name <value>' argument missing. See: minato help"],
  ];
  it.each(refused)('refuses %j by name', (words, field, value, message) => {
    expect(() => readArguments(words)).toThrow(
      expect.objectContaining({ code: 'invalid-input', params: { field, value }, message: expect.stringContaining(message) }),
    );
  });

  it('explains every flag it knows', () => {
    for (const flag of ['--name', '--nodes', '--driver', '--json', '--port', '--data', '--kubeconfig']) expect(usage).toContain(flag);
    for (const command of ['up', 'serve', 'status', 'stop', 'delete']) expect(usage).toContain(`minato ${command}`);
  });
});
