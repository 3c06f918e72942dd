/** A port by number, or by the name a container gives it. */
import type { Container, IntOrString } from '../../api/types.gen.ts';

export function portNumber(port: IntOrString, container: Container): number {
  if (typeof port === 'number') return port;
  const named = container.ports?.find(({ name }) => name === port);
  if (named) return named.containerPort;
  const number = Number(port);
  if (!Number.isInteger(number) || number <= 0) throw new Error(`couldn't find port: ${port} in container ${container.name}`);
  return number;
}
