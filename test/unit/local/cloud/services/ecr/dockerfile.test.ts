import { parseDockerfile, UnsupportedDockerfile } from '../../../../../../local/cloud/services/ecr/dockerfile';

const NODE = 'FROM public.ecr.aws/docker/library/node:24-slim';

describe('a Dockerfile', () => {
  it('says which files an image has and how its program runs', () => {
    const text = `
      # syntax=docker/dockerfile:1
      ARG PORT=8080
      FROM node:24-slim
      WORKDIR /app
      ARG MODE=fast
      ENV MODE=$MODE GREETING="good day"
      COPY --chown=node:node package.json \\
           server.js ./
      EXPOSE 8080/tcp
      LABEL team=core
      USER node
      ENTRYPOINT ["node", "--enable-source-maps"]
      CMD ["server.js"]
    `.replace('ARG PORT=8080\n', '');

    expect(parseDockerfile(text, { MODE: 'slow' })).toMatchObject({
      baseImage: 'node:24-slim',
      workingDirectory: '/app',
      copies: [{ sources: ['package.json', 'server.js'], target: '/app/' }],
      environment: { MODE: 'slow', GREETING: 'good day' },
      exposedPorts: [8080],
      labels: { team: 'core' },
      entryPoint: ['node', '--enable-source-maps'],
      command: ['server.js'],
      user: 'node',
    });
  });

  test.each([
    ['RUN npm ci', 'RUN: the local cloud builds images with'],
    ['COPY --from=build /x /y', 'only files of the build context'],
    ['CMD node server.js', 'expected a JSON list'],
    ['EXPOSE 53/udp', 'expected a TCP port'],
    ['ENV A=$B', '$B is neither an ARG nor an ENV'],
    [NODE, 'a second FROM'],
  ])('is refused when it says %s, by name', (line, message) => {
    const parse = () => parseDockerfile(`${NODE}\nWORKDIR /app\n${line}`);

    expect(parse).toThrow(UnsupportedDockerfile);
    expect(parse).toThrow(message);
  });

  it('is refused when it is not of Node', () => {
    expect(() => parseDockerfile('FROM python:3.13\nCMD ["python"]')).toThrow('expected an image of Node');
  });
});
