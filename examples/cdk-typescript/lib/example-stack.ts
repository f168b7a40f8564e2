import { join } from 'node:path';
import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

import { bundledCode, type Architecture as ArchitectureName } from './bundled-code';

export interface ExampleProps {
  architecture: ArchitectureName;
  /** The secret with the Momento key; without it `parameterName` says where the key is. */
  secretArn?: string;
  /** With its leading slash. */
  parameterName?: string;
  /** The customer managed key that encrypts it, if there is one. */
  kmsKeyArn?: string;
}

const FUNCTIONS = join(__dirname, '..', '..');

export class ExampleStack extends Stack {
  constructor(scope: Construct, id: string, props: ExampleProps) {
    super(scope, id);

    const environment: Record<string, string> = props.secretArn
      ? { MOMENTO_SECRET_ID: props.secretArn }
      : { MOMENTO_TOKEN_SOURCE: `ssm:${props.parameterName}` };
    const shared = {
      architecture: props.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      environment,
      memorySize: 256,
      timeout: Duration.seconds(10),
    };

    const python = new Function(this, 'PythonFunction', {
      ...shared,
      code: bundledCode(join(FUNCTIONS, 'python_function'), Runtime.PYTHON_3_13, props.architecture),
      handler: 'app.handler',
      runtime: Runtime.PYTHON_3_13,
    });
    const node = new Function(this, 'NodeFunction', {
      ...shared,
      code: bundledCode(join(FUNCTIONS, 'node_function'), Runtime.NODEJS_22_X, props.architecture),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_22_X,
    });

    for (const one of [python, node]) {
      this.statements(props).forEach(statement => one.addToRolePolicy(statement));
      new CfnOutput(this, `${one.node.id}Name`, { value: one.functionName });
    }
  }

  /** Written out, because grantRead allows more than is needed: DescribeSecret, GetParameters, GetParameterHistory. */
  private statements({ secretArn, parameterName, kmsKeyArn }: ExampleProps): PolicyStatement[] {
    const parameterArn = `arn:${this.partition}:ssm:${this.region}:${this.account}:parameter${parameterName}`;
    const read = secretArn
      ? new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secretArn] })
      : new PolicyStatement({ actions: ['ssm:GetParameter'], resources: [parameterArn] });
    if (!kmsKeyArn) return [read];
    return [read, new PolicyStatement({ actions: ['kms:Decrypt'], resources: [kmsKeyArn] })];
  }
}
