import { createModel } from './model.ts';
import { describeStore } from './store.suite.ts';

describeStore('the in-memory model', async (options) => {
  const store = createModel(options);
  return {
    store,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
    },
  };
});
