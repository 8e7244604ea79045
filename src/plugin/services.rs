//! Which service answers a path; and go-plugin's own services, which have little to say.

use std::convert::Infallible;
use std::pin::Pin;

use async_trait::async_trait;
use futures_util::{FutureExt, Stream, StreamExt};
use http::{Request, Response};
use hyper::body::Incoming;
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tonic::{Status, Streaming};
use tower_service::Service;

use crate::proto::health::health_check_response::ServingStatus;
use crate::proto::health::health_server::{Health, HealthServer};
use crate::proto::health::{HealthCheckRequest, HealthCheckResponse};
use crate::proto::plugin as pb;
use crate::proto::plugin::grpc_broker_server::{GrpcBroker, GrpcBrokerServer};
use crate::proto::plugin::grpc_controller_server::{GrpcController, GrpcControllerServer};
use crate::proto::plugin::grpc_stdio_server::{GrpcStdio, GrpcStdioServer};
use crate::server::{GrpcService, ProviderServer};
use crate::terraform::Provider;

/// The name go-plugin's Ping asks for.
const HEALTH_SERVICE: &str = "plugin";

/// Every service of the process. Clones share them.
pub(super) struct Services<P> {
    provider: GrpcService<P>,
    plugin: Plugin,
}

impl<P> Clone for Services<P> {
    fn clone(&self) -> Self {
        Self {
            provider: self.provider.clone(),
            plugin: self.plugin.clone(),
        }
    }
}

impl<P: Provider> Services<P> {
    /// Serves a provider until `done` is cancelled, by the host's Shutdown among others.
    pub(super) fn new(provider: ProviderServer<P>, done: CancellationToken) -> Self {
        Self {
            provider: GrpcService::new(provider),
            plugin: Plugin { done },
        }
    }
}

type Answer = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

impl<P: Provider> hyper::service::Service<Request<Incoming>> for Services<P> {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answer;

    /// A gRPC path is `/package.Service/Method`.
    fn call(&self, request: Request<Incoming>) -> Answer {
        let service = request.uri().path().split('/').nth(1).unwrap_or_default();
        match service {
            "tfplugin6.Provider" => self.provider.clone().call(request),
            "plugin.GRPCController" => GrpcControllerServer::new(self.plugin.clone()).call(request),
            "plugin.GRPCStdio" => GrpcStdioServer::new(self.plugin.clone()).call(request),
            "plugin.GRPCBroker" => GrpcBrokerServer::new(self.plugin.clone()).call(request),
            "grpc.health.v1.Health" => HealthServer::new(self.plugin.clone()).call(request),
            _ => Box::pin(async { Ok(Status::unimplemented("no such service").into_http()) }),
        }
    }
}

/// go-plugin's side of the process.
#[derive(Clone)]
struct Plugin {
    done: CancellationToken,
}

impl Plugin {
    /// A stream that stays silent and ends with the process. The host keeps these streams open to the end; if
    /// they didn't end by themselves, closing the connection would wait for them.
    fn silence<T: Send + 'static>(&self) -> Silence<T> {
        let end = self.done.clone().cancelled_owned();
        Box::pin(end.into_stream().filter_map(|()| async { None }))
    }
}

type Silence<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[async_trait]
impl GrpcController for Plugin {
    async fn shutdown(
        &self,
        _: tonic::Request<pb::Empty>,
    ) -> Result<tonic::Response<pb::Empty>, Status> {
        self.done.cancel();
        Ok(tonic::Response::new(pb::Empty {}))
    }
}

#[async_trait]
impl GrpcStdio for Plugin {
    type StreamStdioStream = Silence<pb::StdioData>;

    async fn stream_stdio(
        &self,
        _: tonic::Request<()>,
    ) -> Result<tonic::Response<Self::StreamStdioStream>, Status> {
        Ok(tonic::Response::new(self.silence()))
    }
}

#[async_trait]
impl GrpcBroker for Plugin {
    type StartStreamStream = Silence<pb::ConnInfo>;

    async fn start_stream(
        &self,
        request: tonic::Request<Streaming<pb::ConnInfo>>,
    ) -> Result<tonic::Response<Self::StartStreamStream>, Status> {
        // What the host offers is read and let go; our stream ends with its stream, or with the process.
        let offers = request.into_inner().filter_map(|_| async { None });
        let until = self.done.clone().cancelled_owned();
        Ok(tonic::Response::new(Box::pin(offers.take_until(until))))
    }
}

#[async_trait]
impl Health for Plugin {
    async fn check(
        &self,
        request: tonic::Request<HealthCheckRequest>,
    ) -> Result<tonic::Response<HealthCheckResponse>, Status> {
        match request.into_inner().service.as_str() {
            HEALTH_SERVICE | "" => {
                let status = ServingStatus::Serving.into();
                Ok(tonic::Response::new(HealthCheckResponse { status }))
            }
            _ => Err(Status::not_found("unknown service")),
        }
    }
}
