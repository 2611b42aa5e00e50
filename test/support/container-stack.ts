import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

type Resource = { Type: string; Properties?: Record<string, unknown>; DependsOn?: readonly string[] };
type Resources = Record<string, Resource>;

const DOCKERFILE = `
FROM public.ecr.aws/docker/library/node:24-slim
WORKDIR /app
COPY server.js ./
ENV GREETING=hello
EXPOSE 8080
CMD ["node", "server.js"]
`;

/** Answers with its greeting and address; \`/healthz\` as healthy as the file of its life says; \`/exit\` ends it. */
const SERVER = `
const http = require('http');
const os = require('os');
let healthy = process.env.SICK === undefined;
const server = http.createServer((request, answer) => {
  if (request.url === '/exit') process.exit(3);
  if (request.url === '/sicken') healthy = false;
  if (request.url === '/healthz') return answer.writeHead(healthy ? 200 : 503).end();
  answer.setHeader('content-type', 'application/json');
  answer.end(JSON.stringify({ greeting: process.env.GREETING, secret: process.env.PASSWORD, region: process.env.AWS_REGION, host: process.env.HOSTNAME, path: request.url, forwardedFor: request.headers['x-forwarded-for'] }));
});
server.listen(8080, () => console.log('listening'));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
`;

/** A directory from which an image can be built. */
export function imageDirectory(server = SERVER, dockerfile = DOCKERFILE): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'holdfast-image-'));
  writeFileSync(path.join(directory, 'Dockerfile'), dockerfile);
  writeFileSync(path.join(directory, 'server.js'), server);
  return directory;
}

const ref = (Ref: string) => ({ Ref });
const attribute = (...path: string[]) => ({ 'Fn::GetAtt': path });

/** A VPC over two zones with public and private subnets and one NAT gateway, and groups for a load balancer and tasks behind it. */
export function networkResources(region: string): Resources {
  const zones = ['a', 'b'];
  const subnets = zones.flatMap((zone, index) => [
    [`Public${zone}`, { Type: 'AWS::EC2::Subnet', Properties: { VpcId: ref('Vpc'), CidrBlock: `10.0.${index}.0/24`, AvailabilityZone: region + zone, MapPublicIpOnLaunch: true } }],
    [`Public${zone}Association`, { Type: 'AWS::EC2::SubnetRouteTableAssociation', Properties: { SubnetId: ref(`Public${zone}`), RouteTableId: ref('PublicRoutes') } }],
    [`Private${zone}`, { Type: 'AWS::EC2::Subnet', Properties: { VpcId: ref('Vpc'), CidrBlock: `10.0.${index + 10}.0/24`, AvailabilityZone: region + zone } }],
    [`Private${zone}Association`, { Type: 'AWS::EC2::SubnetRouteTableAssociation', Properties: { SubnetId: ref(`Private${zone}`), RouteTableId: ref('PrivateRoutes') } }],
  ]);
  return {
    Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16', EnableDnsHostnames: true, EnableDnsSupport: true } },
    Gateway: { Type: 'AWS::EC2::InternetGateway' },
    Attachment: { Type: 'AWS::EC2::VPCGatewayAttachment', Properties: { VpcId: ref('Vpc'), InternetGatewayId: ref('Gateway') } },
    PublicRoutes: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: ref('Vpc') } },
    PublicDefault: { Type: 'AWS::EC2::Route', Properties: { RouteTableId: ref('PublicRoutes'), DestinationCidrBlock: '0.0.0.0/0', GatewayId: ref('Gateway') }, DependsOn: ['Attachment'] },
    NatAddress: { Type: 'AWS::EC2::EIP', Properties: { Domain: 'vpc' } },
    Nat: { Type: 'AWS::EC2::NatGateway', Properties: { SubnetId: ref('Publica'), AllocationId: attribute('NatAddress', 'AllocationId') }, DependsOn: ['PublicDefault', 'PublicaAssociation'] },
    PrivateRoutes: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: ref('Vpc') } },
    PrivateDefault: { Type: 'AWS::EC2::Route', Properties: { RouteTableId: ref('PrivateRoutes'), DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: ref('Nat') } },
    ...(Object.fromEntries(subnets) as Resources),
    BalancerGroup: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: { VpcId: ref('Vpc'), GroupDescription: 'load balancer', SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, CidrIp: '0.0.0.0/0' }], SecurityGroupEgress: [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }] },
    },
    TaskGroup: { Type: 'AWS::EC2::SecurityGroup', Properties: { VpcId: ref('Vpc'), GroupDescription: 'tasks', SecurityGroupEgress: [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }] } },
    TaskIngress: { Type: 'AWS::EC2::SecurityGroupIngress', Properties: { GroupId: attribute('TaskGroup', 'GroupId'), IpProtocol: 'tcp', FromPort: 8080, ToPort: 8080, SourceSecurityGroupId: attribute('BalancerGroup', 'GroupId') } },
  };
}

/** A public load balancer with a listener on port 80 whose targets are on port 8080. */
export function loadBalancerResources(): Resources {
  return {
    Balancer: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: { Name: 'web', Scheme: 'internet-facing', Type: 'application', SecurityGroups: [attribute('BalancerGroup', 'GroupId')], Subnets: [ref('Publica'), ref('Publicb')] }, DependsOn: ['PublicDefault', 'PublicbAssociation'] },
    Targets: {
      Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
      Properties: { Name: 'web', Port: 80, Protocol: 'HTTP', TargetType: 'ip', VpcId: ref('Vpc'), HealthCheckPath: '/healthz', HealthCheckIntervalSeconds: 10, HealthyThresholdCount: 2, UnhealthyThresholdCount: 2, TargetGroupAttributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '10' }] },
    },
    Listener: { Type: 'AWS::ElasticLoadBalancingV2::Listener', Properties: { LoadBalancerArn: ref('Balancer'), Port: 80, Protocol: 'HTTP', DefaultActions: [{ Type: 'forward', TargetGroupArn: ref('Targets') }] } },
  };
}

export interface ServiceProps {
  readonly region: string;
  readonly image: string;
  readonly desiredCount: number;
  readonly environment?: Readonly<Record<string, string>>;
}

const allow = (actions: readonly string[]) => ({ Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }], Version: '2012-10-17' });
const trust = { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ecs-tasks.amazonaws.com' } }], Version: '2012-10-17' };
const PULL = ['ecr:GetAuthorizationToken', 'ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage', 'logs:CreateLogStream', 'logs:PutLogEvents', 'secretsmanager:GetSecretValue'];

/** A service of Fargate behind that load balancer, as CDK's constructs describe it. */
export function serviceResources({ region, image, desiredCount, environment = {} }: ServiceProps): Resources {
  return {
    Cluster: { Type: 'AWS::ECS::Cluster', Properties: { ClusterName: 'web', ClusterSettings: [{ Name: 'containerInsights', Value: 'enabled' }] } },
    Log: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'web' } },
    Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'web', SecretString: '{"password":"open sesame"}' } },
    TaskRole: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'web-task', AssumeRolePolicyDocument: trust } },
    ExecutionRole: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'web-execution', AssumeRolePolicyDocument: trust, Policies: [{ PolicyName: 'work', PolicyDocument: allow(PULL) }] } },
    Definition: {
      Type: 'AWS::ECS::TaskDefinition',
      Properties: {
        Family: 'web',
        Cpu: '256',
        Memory: '512',
        NetworkMode: 'awsvpc',
        RequiresCompatibilities: ['FARGATE'],
        RuntimePlatform: { CpuArchitecture: 'ARM64', OperatingSystemFamily: 'LINUX' },
        TaskRoleArn: attribute('TaskRole', 'Arn'),
        ExecutionRoleArn: attribute('ExecutionRole', 'Arn'),
        ContainerDefinitions: [
          {
            Name: 'web',
            Image: image,
            Essential: true,
            Environment: Object.entries(environment).map(([Name, Value]) => ({ Name, Value })),
            Secrets: [{ Name: 'PASSWORD', ValueFrom: { 'Fn::Join': ['', [ref('Secret'), ':password::']] } }],
            PortMappings: [{ ContainerPort: 8080, Protocol: 'tcp' }],
            LogConfiguration: { LogDriver: 'awslogs', Options: { 'awslogs-group': ref('Log'), 'awslogs-stream-prefix': 'web', 'awslogs-region': region } },
          },
        ],
      },
    },
    Service: {
      Type: 'AWS::ECS::Service',
      Properties: {
        ServiceName: 'web',
        Cluster: ref('Cluster'),
        TaskDefinition: ref('Definition'),
        DesiredCount: desiredCount,
        LaunchType: 'FARGATE',
        EnableECSManagedTags: false,
        HealthCheckGracePeriodSeconds: 30,
        DeploymentConfiguration: { DeploymentCircuitBreaker: { Enable: true, Rollback: true }, MaximumPercent: 200, MinimumHealthyPercent: 100 },
        LoadBalancers: [{ ContainerName: 'web', ContainerPort: 8080, TargetGroupArn: ref('Targets') }],
        NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'DISABLED', SecurityGroups: [attribute('TaskGroup', 'GroupId')], Subnets: [ref('Privatea'), ref('Privateb')] } },
      },
      DependsOn: ['Listener', 'PrivateaAssociation', 'PrivatebAssociation', 'PrivateDefault', 'TaskIngress'],
    },
  };
}
