import { parseFunctionName } from '../../../../../../local/cloud/services/lambda/function-name';

const here = { account: '111111111111', region: 'eu-west-1' };

describe('the name of a function', () => {
  test.each([
    ['copy', { ...here, name: 'copy', qualifier: undefined }],
    ['copy:live', { ...here, name: 'copy', qualifier: 'live' }],
    ['copy:$LATEST', { ...here, name: 'copy', qualifier: '$LATEST' }],
    ['222222222222:function:copy', { account: '222222222222', region: 'eu-west-1', name: 'copy', qualifier: undefined }],
    ['arn:aws:lambda:us-east-1:222222222222:function:copy', { account: '222222222222', region: 'us-east-1', name: 'copy', qualifier: undefined }],
    ['arn:aws:lambda:us-east-1:222222222222:function:copy:7', { account: '222222222222', region: 'us-east-1', name: 'copy', qualifier: '7' }],
  ])('%s', (text, reference) => {
    expect(parseFunctionName(text, here)).toEqual(reference);
  });

  it('gives way to a qualifier beside it', () => {
    expect(parseFunctionName('copy', here, 'live')).toMatchObject({ qualifier: 'live' });
  });

  test.each(['', 'has spaces', 'a/b', 'x'.repeat(65), 'arn:aws:s3:::bucket'])('%j is none', (text) => {
    expect(parseFunctionName(text, here)).toBeUndefined();
  });
});
