import type * as sdk from '@aws-sdk/client-lambda';
import type { Call, Operations } from '../../gateway/service';
import { requestTagContext } from '../../gateway/tags';
import { functionAccess } from './function-access';
import type { LambdaState } from './lambda-state';

/** Tags of functions. */
export function tagOperations(state: LambdaState): Operations<typeof sdk> {
  const onFunction = ({ Resource }: { readonly Resource: string | undefined }, call: Call) => functionAccess(state, Resource, call);

  return {
    TagResource: {
      access: (input, call) => [{ ...onFunction(input, call), context: requestTagContext(input.Tags ?? {}) }],
      run: ({ Resource, Tags }, call) => {
        Object.assign(state.function(Resource, call).tags, Tags);
        return {};
      },
    },
    UntagResource: {
      access: (input, call) => [{ ...onFunction(input, call), context: { 'aws:TagKeys': input.TagKeys ?? [] } }],
      run: ({ Resource, TagKeys = [] }, call) => {
        const lambda = state.function(Resource, call);
        lambda.tags = Object.fromEntries(Object.entries(lambda.tags).filter(([key]) => !TagKeys.includes(key)));
        return {};
      },
    },
    ListTags: {
      access: (input, call) => [onFunction(input, call)],
      run: ({ Resource }, call) => ({ Tags: state.function(Resource, call).tags }),
    },
  };
}
