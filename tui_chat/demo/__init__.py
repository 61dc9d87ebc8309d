"""The built-in scripted endpoint: Azure's serverless wire format and its content filter, without either of them."""
