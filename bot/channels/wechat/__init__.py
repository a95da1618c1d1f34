"""WeChat official account: its pushes in, answers within its call or by customer-service message, notices."""
