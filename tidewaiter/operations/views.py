"""Pages."""
from django.http import HttpRequest, HttpResponse
def operations(request: HttpRequest) -> HttpResponse:
    """x"""
    return HttpResponse("x")
