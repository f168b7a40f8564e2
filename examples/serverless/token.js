// Where the functions find the Momento key, and the statements that let their role read it: one source, one ARN each.

module.exports = async ({ resolveVariable }) => {
  const secretArn = await resolveVariable("param:secretArn, ''");
  const parameterName = await resolveVariable("param:parameterName, ''");
  const kmsKeyArn = await resolveVariable("param:kmsKeyArn, ''");
  if (Boolean(secretArn) === Boolean(parameterName)) {
    throw new Error('give --param="secretArn=..." or --param="parameterName=/...", one of the two');
  }

  const statements = [
    secretArn
      ? { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: secretArn }
      : { Effect: 'Allow', Action: 'ssm:GetParameter', Resource: parameterArn(parameterName) },
  ];
  if (kmsKeyArn) statements.push({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: kmsKeyArn });

  const environment = secretArn ? { MOMENTO_SECRET_ID: secretArn } : { MOMENTO_TOKEN_SOURCE: `ssm:${parameterName}` };
  return { environment, statements };
};

// `name` begins with a slash.
const parameterArn = name => ({
  'Fn::Sub': `arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter${name}`,
});
