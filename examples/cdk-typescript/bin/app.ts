import { App } from 'aws-cdk-lib';

import { ExampleStack } from '../lib/example-stack';

const app = new App();
const context = (name: string): string | undefined => app.node.tryGetContext(name) || undefined;

const architecture = context('architecture');
if (architecture !== 'arm64' && architecture !== 'x86_64') {
  throw new Error(`architecture must be arm64 or x86_64, not ${architecture}`);
}
const secretArn = context('secretArn');
const parameterName = context('parameterName');
if (Boolean(secretArn) === Boolean(parameterName)) {
  throw new Error('give -c secretArn=... or -c parameterName=/..., one of the two');
}

new ExampleStack(app, 'MomentoLambdaExample', {
  architecture,
  secretArn,
  parameterName,
  kmsKeyArn: context('kmsKeyArn'),
});
