//! Tells a connection what its requests are doing.

use std::error::Error as StdError;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_http::Request;
use actix_http::body::{BodySize, BoxBody, MessageBody};
use actix_service::Service;
use actix_web::dev::{Payload, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use futures_util::Stream;

use super::connection::Connection;

/// Calls `app`. Wraps it below actix-web's middleware, which would box the future of each request.
pub(super) fn watch<S, E>(
    mut request: Request,
    app: &S,
) -> impl Future<Output = Result<ServiceResponse<Answer>, E>> + use<S, E>
where
    S: Service<Request, Response = ServiceResponse<BoxBody>, Error = E>,
{
    let connection = request.conn_data::<Rc<Connection>>().cloned();
    let serving = connection.map(Serving::begin);
    if let Some(Serving(connection)) = &serving {
        let payload = request.take_payload();
        *request.payload() = match payload {
            Payload::None => Payload::None,
            payload => Payload::Stream {
                payload: Box::pin(Body {
                    payload,
                    connection: Rc::clone(connection),
                }),
            },
        };
    }
    let response = app.call(request);
    async move {
        Ok(response.await?.map_body(|_, body| {
            if let Some(Serving(connection)) = &serving {
                connection.answers(body.size());
            }
            Answer {
                body,
                _serving: serving,
            }
        }))
    }
}

/// A request in progress, from its head until its response is written.
struct Serving(Rc<Connection>);

impl Serving {
    fn begin(connection: Rc<Connection>) -> Self {
        connection.begin();
        Self(connection)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// The body of a request.
struct Body {
    payload: Payload,
    connection: Rc<Connection>,
}

impl Stream for Body {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.payload).poll_next(cx);
        match &polled {
            Poll::Pending => this.connection.body_awaited(),
            Poll::Ready(Some(Ok(chunk))) => this.connection.body_arrived(chunk.len() as u64, false),
            Poll::Ready(None) => this.connection.body_arrived(0, true),
            Poll::Ready(Some(Err(_))) => this.connection.body_arrived(0, false),
        }
        polled
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        // The handler no longer waits for the rest.
        self.connection.body_arrived(0, false);
    }
}

/// The body of a response.
pub(super) struct Answer {
    body: BoxBody,
    _serving: Option<Serving>,
}

impl MessageBody for Answer {
    type Error = Box<dyn StdError>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_next(cx)
    }
}
