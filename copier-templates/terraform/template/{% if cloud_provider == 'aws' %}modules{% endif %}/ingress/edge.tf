# Without a domain name, CloudFront provides a host name and a certificate, so that the application is reached by
# HTTPS. It caches nothing.

data "aws_cloudfront_cache_policy" "disabled" {
  count = local.public ? 0 : 1

  name = "Managed-CachingDisabled"
}

data "aws_cloudfront_origin_request_policy" "everything" {
  count = local.public ? 0 : 1

  name = "Managed-AllViewer"
}

data "aws_cloudfront_response_headers_policy" "security" {
  count = local.public ? 0 : 1

  name = "Managed-SecurityHeadersPolicy"
}

resource "aws_cloudfront_vpc_origin" "this" {
  count = local.public ? 0 : 1

  vpc_origin_endpoint_config {
    name                   = var.name
    arn                    = aws_lb.this.arn
    http_port              = 80
    https_port             = 443
    origin_protocol_policy = "http-only"

    origin_ssl_protocols {
      quantity = 1
      items    = ["TLSv1.2"]
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudfront_distribution" "this" {
  #checkov:skip=CKV_AWS_68:the optional firewall is in front of the load balancer
  #checkov:skip=CKV_AWS_86:the load balancer writes the access log
  #checkov:skip=CKV_AWS_174:CloudFront sets the protocols of its default certificate; a domain name replaces it
  #checkov:skip=CKV_AWS_305:the application serves the root path
  #checkov:skip=CKV_AWS_310:there is only one origin
  #checkov:skip=CKV_AWS_374:the application is available in every country
  #checkov:skip=CKV2_AWS_42:CloudFront uses its default certificate until a domain name is set
  #checkov:skip=CKV2_AWS_47:the optional firewall is in front of the load balancer
  count = local.public ? 0 : 1

  comment         = var.name
  enabled         = true
  is_ipv6_enabled = true
  http_version    = "http2and3"
  price_class     = "PriceClass_100"

  origin {
    origin_id   = "app"
    domain_name = aws_lb.this.dns_name

    vpc_origin_config {
      vpc_origin_id = aws_cloudfront_vpc_origin.this[0].id
    }
  }

  default_cache_behavior {
    target_origin_id           = "app"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = data.aws_cloudfront_cache_policy.disabled[0].id
    origin_request_policy_id   = data.aws_cloudfront_origin_request_policy.everything[0].id
    response_headers_policy_id = data.aws_cloudfront_response_headers_policy.security[0].id
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = true
  }

  lifecycle {
    create_before_destroy = true
  }
}
