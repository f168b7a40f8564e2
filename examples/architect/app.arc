@app
momento-lambda-example

@aws
region us-east-1
architecture arm64

@plugins
momento-lambda
