"""What the variants of responses carry, one module per subject.

The generated response classes say which variants there are; what they hold and offer stands here,
once for all responses of a shape.
"""
