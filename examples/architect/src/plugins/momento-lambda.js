// The two functions, where they find the Momento key, and the statements that let their role read it.
//
// They are not tied to an event (customLambdas), so they can be invoked by hand. In an app with @http or @events
// functions, leave `customLambdas` out; `env` and `start` serve all functions of the app.

const { MOMENTO_SECRET_ARN, MOMENTO_PARAMETER_NAME, MOMENTO_KMS_KEY_ARN } = process.env;

const allow = (action, resource) => ({ Effect: 'Allow', Action: action, Resource: resource });

// The name begins with a slash.
const parameterArn = name => ({
  'Fn::Sub': `arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter${name}`,
});

// Architect tells pip the architecture, but not npm, which would choose the addon for this machine.
const installForLambda = architecture => {
  process.env.npm_config_os = 'linux';
  process.env.npm_config_libc = 'glibc';
  process.env.npm_config_cpu = architecture === 'arm64' ? 'arm64' : 'x64';
};

module.exports = {
  set: {
    customLambdas() {
      return [
        { name: 'python', src: 'src/custom/python', config: { runtime: 'python3.13' } },
        { name: 'node', src: 'src/custom/node', config: { runtime: 'nodejs22.x' } },
      ];
    },

    env() {
      if (Boolean(MOMENTO_SECRET_ARN) === Boolean(MOMENTO_PARAMETER_NAME)) {
        throw new Error('set MOMENTO_SECRET_ARN or MOMENTO_PARAMETER_NAME, one of the two');
      }
      return MOMENTO_SECRET_ARN
        ? { MOMENTO_SECRET_ID: MOMENTO_SECRET_ARN }
        : { MOMENTO_TOKEN_SOURCE: `ssm:${MOMENTO_PARAMETER_NAME}` };
    },
  },

  deploy: {
    start({ cloudformation, inventory }) {
      installForLambda(inventory.inv._project.defaultFunctionConfig.architecture);
      const statements = [
        MOMENTO_SECRET_ARN
          ? allow('secretsmanager:GetSecretValue', MOMENTO_SECRET_ARN)
          : allow('ssm:GetParameter', parameterArn(MOMENTO_PARAMETER_NAME)),
      ];
      if (MOMENTO_KMS_KEY_ARN) statements.push(allow('kms:Decrypt', MOMENTO_KMS_KEY_ARN));
      cloudformation.Resources.Role.Properties.Policies.push({
        PolicyName: 'ReadMomentoKey',
        PolicyDocument: { Version: '2012-10-17', Statement: statements },
      });
      return cloudformation;
    },
  },
};
