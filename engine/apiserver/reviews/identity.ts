/** "Whose token is this?" and "who am I?" Upstream: pkg/registry/authentication. */

import type { Clock } from '../../api/clock.ts';
import { rfc3339 } from '../../api/clock.ts';
import { badRequest } from '../../api/errors.ts';
import type { TokenReview } from '../../api/types.gen.ts';
import type { AccountTokens } from '../authn/account-tokens.ts';
import type { Review } from '../pipeline.ts';
import { answered } from './access.ts';

const group = { group: 'authentication.k8s.io', version: 'v1', namespaced: false } as const;

export function identityReviews(tokens: AccountTokens, clock: Clock): readonly Review[] {
  return [
    {
      ...group,
      kind: 'TokenReview',
      plural: 'tokenreviews',
      singular: 'tokenreview',
      schema: 'TokenReview',
      async answer(request) {
        const { spec } = request as TokenReview;
        if (!spec.token) throw badRequest('token is required for TokenReview in authentication');
        const audiences = spec.audiences?.length ? spec.audiences : undefined;
        const found = await tokens.authenticate(spec.token, audiences);
        if (!found) return answered(request, { status: { user: {}, error: 'invalid bearer token' } });
        return answered(request, { status: { authenticated: true, user: found.user, audiences: found.audiences } });
      },
    },
    {
      ...group,
      kind: 'SelfSubjectReview',
      plural: 'selfsubjectreviews',
      singular: 'selfsubjectreview',
      schema: 'SelfSubjectReview',
      answer: async (request, { user }) =>
        answered({ ...request, metadata: { creationTimestamp: rfc3339(clock.now()) } }, { status: { userInfo: user } }),
    },
  ];
}
