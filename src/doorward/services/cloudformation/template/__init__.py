"""The template language of CloudFormation: text in, resolved values out.

Nothing here reads a database, a clock or the network; what a template asks of the world comes in
as callables.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-guide.html
"""
